package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.Watch;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one address, while it is being opened: first connected, on any thread, then greeted. The watch, the
 * scope and {@link #close} break it off: they close the channel, which frees a thread that is blocked in it.
 */
final class Dial implements Watch.Watched, QuickHook<Outcome> {
    private enum State {
        CONNECTING,
        CONNECTED,
        TIMED_OUT
    }

    private final FarEnd end;

    /** Fires when it is connected or has failed. */
    final Signal settled = new Signal();

    private final Dialler dialler;
    private final Exchange scope;
    private final SocketChannel channel;
    private final long deadlineNanos;
    private final Runnable unhook;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);
    private volatile @Nullable ProxyException failure;

    private Dial(Dialler dialler, InetSocketAddress address, Exchange scope, long deadlineNanos) throws IOException {
        this.dialler = dialler;
        this.end = new FarEnd(dialler.authority(), address, scope);
        this.scope = scope;
        this.deadlineNanos = deadlineNanos;
        this.channel = SocketChannel.open();
        this.unhook = scope.onCancel(this);
    }

    /**
     * Makes the socket. End it with {@link #greet} or {@link #close}.
     *
     * @throws ProxyException OVERLOADED if this process has no socket left; NOT_SENT
     */
    static Dial of(Dialler dialler, InetSocketAddress address, Exchange scope, long deadlineNanos)
            throws ProxyException {
        try {
            return new Dial(dialler, address, scope, deadlineNanos);
        } catch (IOException noSocket) {
            throw new ProxyException(
                    Outcome.OVERLOADED,
                    Delivery.NOT_SENT,
                    "no socket to connect to " + dialler.authority() + ": " + noSocket,
                    noSocket);
        }
    }

    InetSocketAddress address() {
        return end.address();
    }

    /** Why it is not connected, or null: CONNECT_FAILED, CONNECT_TIMEOUT, or why the scope was cancelled. */
    @Nullable
    ProxyException failure() {
        return failure;
    }

    /** Connects, on the calling thread; then it is {@link #settled}. */
    void connect() {
        try {
            dialler.watch.add(this);
            channel.connect(end.address());
            if (!state.compareAndSet(State.CONNECTING, State.CONNECTED)) {
                throw new IOException("too late");
            }
        } catch (IOException | RuntimeException cause) {
            closeChannel();
            boolean late = state.get() == State.TIMED_OUT;
            failure = end.failed(
                    late ? Outcome.CONNECT_TIMEOUT : Outcome.CONNECT_FAILED,
                    late
                            ? "was not connected to within " + DurationText.of(dialler.settings.connectTimeout())
                            : "was not connected to",
                    late ? null : cause);
        } finally {
            dialler.watch.remove(this);
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
    Wire greet(@Nullable String serverName) throws ProxyException, InterruptedException {
        try {
            PlainWire plain = wire();
            Wire wire = new Greeting(dialler, end, serverName).send(plain);
            requireNotCancelled(wire);
            return wire;
        } catch (ProxyException why) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted while connecting to " + dialler.authority())
                                .initCause(why);
            }
            throw why;
        } finally {
            unhook.run();
        }
    }

    private PlainWire wire() throws ProxyException {
        try {
            return PlainWire.of(channel, dialler.watch);
        } catch (IOException closed) {
            throw end.failed(Outcome.CONNECT_FAILED, "closed the connection at once", closed);
        }
    }

    private void requireNotCancelled(Wire wire) throws ProxyException {
        if (scope.cancelled() != null) {
            wire.close();
            throw end.failed(Outcome.ABANDONED, "", null);
        }
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

    /** Breaks it off, in any state. Has no effect the second time. */
    void close() {
        unhook.run();
        closeChannel();
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The descriptor is closed nevertheless.
        }
    }
}
