package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Watch;
import dev.sluice.proxy.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries bytes in both directions between a client's connection and a tunnel, until both directions have ended; the
 * end of one goes on as a half-close. If either side fails, or nothing has gone through for the tunnel's timeout, both
 * are broken off. The exchange's thread carries the bytes from the client, a second one those to it.
 *
 * <p>A WebSocket can be told to {@link #goAway}: both sides get a close frame. When each has sent its own, or ended its
 * connection, the tunnel is over.
 */
final class Relay implements Watch.Watched {
    private static final int BUFFER_BYTES = 16 * 1024;

    /** How long an origin may take to end its connection once both sides of a WebSocket have closed. */
    private static final Duration LAST = Duration.ofSeconds(1);

    private final Watch watch;
    private final Wire client;
    private final InputBuffer fromClient;
    private final Tunnel tunnel;
    private final Exchange scope;
    private final TimeSource time;
    private final Duration timeout;
    private final OneWay toOrigin;
    private final OneWay toClient;
    private final AtomicBoolean goingAway = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long deadlineNanos;

    Relay(Watch watch, Wire client, InputBuffer fromClient, Tunnel tunnel, Exchange scope) {
        this.watch = watch;
        this.client = client;
        this.fromClient = fromClient;
        this.tunnel = tunnel;
        this.scope = scope;
        this.time = scope.time();
        this.timeout = Timeouts.of(scope).tunnel();
        this.toOrigin = OneWay.toOrigin(tunnel);
        this.toClient = OneWay.toClient(tunnel, this::writeClient);
        this.deadlineNanos = time.deadline(timeout);
    }

    /** Runs until the tunnel is over; returns how it ended. */
    Outcome run() {
        client.readDeadline(TimeSource.NEVER);
        client.writeDeadline(TimeSource.NEVER);
        watch.add(this);
        try {
            Signal down = time.start("direct-tunnel", this::carryToClient);
            carryToOrigin();
            time.await(down, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            scope.cancel(Outcome.ABANDONED);
        } catch (RuntimeException | Error fault) {
            // For example if there is no thread. The other side must not wait forever.
            scope.cancel(Outcome.FAILED);
            throw fault;
        } finally {
            watch.remove(this);
            tunnel.close();
        }
        Outcome cancelled = scope.cancelled();
        return cancelled == null ? Outcome.COMPLETED : cancelled;
    }

    private void carryToOrigin() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = readClient(buffer); n >= 0; n = readClient(buffer)) {
                moved();
                scope.notes().addRequestBytes(n);
                toOrigin.pass(buffer, n);
                moved();
                endWhenBothHaveClosed();
            }
            toOrigin.end(tunnel::shutdownOutput);
            endWhenBothHaveClosed();
        } catch (IOException | RuntimeException failed) {
            failed(failed, Outcome.SEND_FAILED);
        }
    }

    private int readClient(byte[] buffer) throws ProxyException {
        try {
            return fromClient.read(buffer, 0, buffer.length);
        } catch (IOException gone) {
            throw left(Outcome.CLIENT_LEFT, gone);
        }
    }

    private void carryToClient() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = tunnel.in();
            for (int n = in.read(buffer, 0, buffer.length); n >= 0; n = in.read(buffer, 0, buffer.length)) {
                moved();
                toClient.pass(buffer, n);
                scope.notes().addResponseBytes(n);
                moved();
                endWhenBothHaveClosed();
            }
            toClient.end(client::shutdownOutput);
            endWhenBothHaveClosed();
        } catch (IOException | RuntimeException failed) {
            failed(failed, Outcome.BODY_FAILED);
        }
    }

    private void failed(Exception why, Outcome unlessToldOtherwise) {
        if (!over.get()) {
            scope.cancel(why instanceof ProxyException told ? told.outcome() : unlessToldOtherwise);
        }
    }

    private void writeClient(byte[] bytes, int offset, int length) throws ProxyException {
        try {
            client.write(bytes, offset, length);
        } catch (IOException gone) {
            throw left(Outcome.CLIENT_WRITE_FAILED, gone);
        }
    }

    private static ProxyException left(Outcome outcome, IOException cause) {
        return new ProxyException(
                outcome, Delivery.ANSWERED, "the client's side of the tunnel failed: " + cause, cause);
    }

    private void moved() {
        if (!over.get()) {
            deadlineNanos = time.deadline(timeout);
        }
    }

    /**
     * Tells both sides of a WebSocket that this one goes away, as soon as that breaks no frame; other protocols know no
     * such thing. Never blocks. Has no effect the second time.
     */
    void goAway() {
        if (OneWay.knowsFrames(tunnel) && goingAway.compareAndSet(false, true)) {
            toClient.announce();
            toOrigin.announce();
            time.start("direct-tunnel-close", () -> goAway(toClient, Outcome.BODY_FAILED));
            time.start("direct-tunnel-close", () -> goAway(toOrigin, Outcome.SEND_FAILED));
        }
    }

    /** Returns whether the client gets a close frame: after it, a plain end of the connection is not a cut. */
    boolean clientTold() {
        return toClient.closeSent();
    }

    private void goAway(OneWay direction, Outcome failure) {
        try {
            direction.goAway();
            endWhenBothHaveClosed();
        } catch (IOException | RuntimeException failed) {
            failed(failed, failure);
        }
    }

    /** The client's thread may be waiting for what will not come; the origin's gets the end of its connection. */
    private void endWhenBothHaveClosed() throws IOException {
        boolean closed = goingAway.get() && toOrigin.sourceClosed() && toClient.sourceClosed();
        if (closed && over.compareAndSet(false, true)) {
            deadlineNanos = time.deadline(LAST);
            client.breakInput(new EOFException("the tunnel is closed"));
            toOrigin.end(tunnel::shutdownOutput);
            toClient.end(client::shutdownOutput);
        }
    }

    @Override
    public void sweep(long nowNanos) {
        if (nowNanos < deadlineNanos) {
            return;
        }
        if (over.get()) {
            deadlineNanos = TimeSource.NEVER;
            time.start("direct-tunnel-close", tunnel::close);
        } else {
            scope.cancel(Outcome.TUNNEL_TIMEOUT);
        }
    }
}
