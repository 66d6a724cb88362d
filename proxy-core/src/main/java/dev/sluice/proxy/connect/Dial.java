package dev.sluice.proxy.connect;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
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
 * One connection to one address, while it is being opened: first connected, on any thread, then greeted. The watch, the
 * scope and {@link #close} break it off from other threads, by closing the channel, which frees a thread that is blocked
 * in it.
 */
final class Dial implements Watch.Watched, QuickHook<Outcome> {
    private enum State {
        CONNECTING,
        CONNECTED,
        TIMED_OUT
    }

    final InetSocketAddress address;

    /** Fires when it is connected or has failed. */
    final Signal settled = new Signal();

    private final OriginPool pool;
    private final Exchange scope;
    private final SocketChannel channel;
    private final long deadlineNanos;
    private final Runnable unhook;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);
    private volatile @Nullable ProxyException failure;

    private Dial(OriginPool pool, InetSocketAddress address, Exchange scope, long deadlineNanos) throws IOException {
        this.pool = pool;
        this.address = address;
        this.scope = scope;
        this.deadlineNanos = deadlineNanos;
        this.channel = SocketChannel.open();
        this.unhook = scope.onCancel(this);
    }

    /**
     * Makes the socket. It must come to its end by {@link #greet} or {@link #close}.
     *
     * @throws ProxyException OVERLOADED when this process has no socket left; NOT_SENT
     */
    static Dial of(OriginPool pool, InetSocketAddress address, Exchange scope, long deadlineNanos)
            throws ProxyException {
        try {
            return new Dial(pool, address, scope, deadlineNanos);
        } catch (IOException noSocket) {
            throw new ProxyException(
                    Outcome.OVERLOADED,
                    Delivery.NOT_SENT,
                    "no socket to connect to " + pool.authority() + ": " + noSocket,
                    noSocket);
        }
    }

    /** Why it is not connected, or null: CONNECT_FAILED, CONNECT_TIMEOUT, or why the scope was cancelled. */
    @Nullable
    ProxyException failure() {
        return failure;
    }

    /** Connects, on the calling thread; then it is {@link #settled}. */
    void connect() {
        try {
            pool.watch.add(this);
            channel.connect(address);
            if (!state.compareAndSet(State.CONNECTING, State.CONNECTED)) {
                throw new IOException("too late");
            }
        } catch (IOException | RuntimeException cause) {
            closeChannel();
            boolean late = state.get() == State.TIMED_OUT;
            failure = failed(
                    late ? Outcome.CONNECT_TIMEOUT : Outcome.CONNECT_FAILED,
                    late ? "was not connected to within " + pool.settings.connectTimeout() : "was not connected to",
                    late ? null : cause);
        } finally {
            pool.watch.remove(this);
            settled.fire();
        }
    }

    /**
     * Does what comes before the first request: the PROXY protocol's header, then TLS. For the calling thread of the
     * opening.
     *
     * @throws ProxyException CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED, or the reason for which the scope was
     *     cancelled; NOT_SENT
     */
    Wire greet() throws ProxyException, InterruptedException {
        try {
            PlainWire plain = wire();
            sendProxyHeader(plain);
            Wire wire = pool.destination.isTls() ? handshake(plain) : plain;
            requireNotCancelled(wire);
            return wire;
        } catch (ProxyException why) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted while " + pool.authority() + " was connected to")
                                .initCause(why);
            }
            throw why;
        } finally {
            unhook.run();
        }
    }

    private PlainWire wire() throws ProxyException {
        try {
            return PlainWire.of(channel, pool.watch);
        } catch (IOException closed) {
            throw failed(Outcome.CONNECT_FAILED, "closed the connection at once", closed);
        }
    }

    private void sendProxyHeader(PlainWire plain) throws ProxyException {
        ProxyProtocol.Version version = pool.settings.proxyProtocol();
        if (version == null) {
            return;
        }
        try {
            byte[] header = ProxyProtocol.header(
                    version, scope.client().address(), scope.client().local());
            // It fits the empty buffer of a new connection, so this does not block.
            plain.write(header, 0, header.length);
        } catch (IOException | RuntimeException cause) {
            plain.close();
            throw failed(Outcome.CONNECT_FAILED, "was not sent the PROXY header", cause);
        }
    }

    private Wire handshake(PlainWire plain) throws ProxyException {
        Duration timeout = pool.settings.handshakeTimeout();
        try {
            return TlsWire.connect(
                    plain,
                    pool.settings.tlsOrDefault(),
                    pool.authority().host(),
                    address.getPort(),
                    pool.time.deadline(timeout));
        } catch (WireTimeoutException late) {
            plain.close();
            throw failed(Outcome.CONNECT_TIMEOUT, "did not finish the TLS handshake within " + timeout, late);
        } catch (IOException | RuntimeException cause) {
            plain.close();
            throw failed(Outcome.TLS_FAILED, "failed the TLS handshake", cause);
        }
    }

    private void requireNotCancelled(Wire wire) throws ProxyException {
        if (scope.cancelled() != null) {
            wire.close();
            throw failed(Outcome.ABANDONED, "", null);
        }
    }

    /** What a failure was: a cancellation looks like a closed channel. */
    private ProxyException failed(Outcome outcome, String what, @Nullable Throwable cause) {
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

    /** The watch looks whether it is late. */
    @Override
    public void sweep(long nowNanos) {
        if (nowNanos >= deadlineNanos && state.compareAndSet(State.CONNECTING, State.TIMED_OUT)) {
            closeChannel();
        }
    }

    /** The scope is cancelled. */
    @Override
    public void accept(Outcome reason) {
        closeChannel();
    }

    /** Breaks it off, whatever it is at. Of no effect the second time. */
    void close() {
        unhook.run();
        closeChannel();
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The descriptor is gone all the same.
        }
    }
}
