package dev.sluice.proxy.connect;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.ProxyProtocol;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Watch;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection to one address, on the calling thread. The watch and the scope break it off from other threads,
 * by closing the channel, which frees a thread that is blocked in it.
 */
final class Dial implements Watch.Watched, QuickHook<Outcome> {
    private enum State {
        CONNECTING,
        CONNECTED,
        TIMED_OUT
    }

    private final OriginPool pool;
    private final InetSocketAddress address;
    private final Exchange scope;
    private final SocketChannel channel;
    private final long deadlineNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);

    private Dial(OriginPool pool, InetSocketAddress address, Exchange scope) throws IOException {
        this.pool = pool;
        this.address = address;
        this.scope = scope;
        this.deadlineNanos = pool.time.deadline(pool.settings.connectTimeout());
        this.channel = SocketChannel.open();
    }

    /**
     * Connects, and does what comes before the first request: the PROXY protocol's header, then TLS.
     *
     * @throws ProxyException CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED, the reason for which the scope was
     *     cancelled, or OVERLOADED when this process has no socket left; NOT_SENT
     */
    static Wire open(OriginPool pool, InetSocketAddress address, Exchange scope)
            throws ProxyException, InterruptedException {
        Dial dial;
        try {
            dial = new Dial(pool, address, scope);
        } catch (IOException noSocket) {
            throw new ProxyException(Outcome.OVERLOADED, Delivery.NOT_SENT, "no socket: " + noSocket, noSocket);
        }
        Runnable unhook = scope.onCancel(dial);
        try {
            Wire wire = dial.open();
            dial.requireNotCancelled(wire);
            return wire;
        } finally {
            unhook.run();
        }
    }

    private Wire open() throws ProxyException, InterruptedException {
        pool.watch.add(this);
        try {
            channel.connect(address);
            if (!state.compareAndSet(State.CONNECTING, State.CONNECTED)) {
                throw new IOException("too late");
            }
        } catch (IOException | RuntimeException failure) {
            close();
            boolean late = state.get() == State.TIMED_OUT;
            throw failed(
                    late ? Outcome.CONNECT_TIMEOUT : Outcome.CONNECT_FAILED,
                    late ? "was not connected to within " + pool.settings.connectTimeout() : "was not connected to",
                    late ? null : failure);
        } finally {
            pool.watch.remove(this);
        }
        return greet();
    }

    private Wire greet() throws ProxyException, InterruptedException {
        PlainWire plain;
        try {
            plain = PlainWire.of(channel, pool.watch);
        } catch (IOException closed) {
            throw failed(Outcome.CONNECT_FAILED, "closed the connection at once", closed);
        }
        sendProxyHeader(plain);
        return pool.destination.isTls() ? handshake(plain) : plain;
    }

    private void sendProxyHeader(PlainWire plain) throws ProxyException, InterruptedException {
        ProxyProtocol.Version version = pool.settings.proxyProtocol();
        if (version == null) {
            return;
        }
        try {
            byte[] header = ProxyProtocol.header(
                    version, scope.client().address(), scope.client().local());
            // It fits the empty buffer of a new connection, so this does not block.
            plain.write(header, 0, header.length);
        } catch (IOException | RuntimeException failure) {
            plain.close();
            throw failed(Outcome.CONNECT_FAILED, "was not sent the PROXY header", failure);
        }
    }

    private Wire handshake(PlainWire plain) throws ProxyException, InterruptedException {
        Duration timeout = pool.settings.handshakeTimeout();
        try {
            return TlsWire.connect(
                    plain,
                    pool.settings.tls(),
                    pool.authority().host(),
                    address.getPort(),
                    pool.time.deadline(timeout));
        } catch (WireTimeoutException late) {
            plain.close();
            throw failed(Outcome.CONNECT_TIMEOUT, "did not finish the TLS handshake within " + timeout, late);
        } catch (IOException | RuntimeException failure) {
            plain.close();
            throw failed(Outcome.TLS_FAILED, "failed the TLS handshake", failure);
        }
    }

    /** What a failure was: an interrupt and a cancellation look like a closed channel. */
    private ProxyException failed(Outcome outcome, String what, @Nullable Throwable cause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while " + pool.authority() + " was connected to");
        }
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            return new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled while connecting to " + where(), cause);
        }
        String why = cause == null ? "" : ": " + cause;
        return new ProxyException(outcome, Delivery.NOT_SENT, where() + ' ' + what + why, cause);
    }

    private String where() {
        return pool.authority() + " at " + address.getAddress().getHostAddress();
    }

    private void requireNotCancelled(Wire wire) throws ProxyException, InterruptedException {
        if (scope.cancelled() != null) {
            wire.close();
            throw failed(Outcome.ABANDONED, "", null);
        }
    }

    /** The watch looks whether it is late. */
    @Override
    public void sweep(long nowNanos) {
        if (nowNanos >= deadlineNanos && state.compareAndSet(State.CONNECTING, State.TIMED_OUT)) {
            close();
        }
    }

    /** The scope is cancelled. */
    @Override
    public void accept(Outcome reason) {
        close();
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            // The descriptor is gone all the same.
        }
    }
}
