package dev.sluice.proxy.transport.direct;

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
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Carries bytes both ways between a client's connection and a tunnel, until both directions have ended; the end of one
 * goes on as a half-close. When either side fails both are broken off, and so they are when nothing has gone through
 * for the tunnel's timeout. The exchange's thread carries what the client sends, a second one what it gets.
 */
final class Relay implements Watch.Watched {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final Watch watch;
    private final Wire client;
    private final InputBuffer fromClient;
    private final Tunnel tunnel;
    private final Exchange scope;
    private final TimeSource time;
    private final Duration timeout;
    private volatile long deadlineNanos;

    Relay(Watch watch, Wire client, InputBuffer fromClient, Tunnel tunnel, Exchange scope) {
        this.watch = watch;
        this.client = client;
        this.fromClient = fromClient;
        this.tunnel = tunnel;
        this.scope = scope;
        this.time = scope.time();
        this.timeout = Timeouts.of(scope).tunnel();
        this.deadlineNanos = time.deadline(timeout);
    }

    /** Runs until the tunnel is over; tells how it ended. */
    Outcome run() {
        client.readDeadline(TimeSource.NEVER);
        client.writeDeadline(TimeSource.NEVER);
        watch.add(this);
        try {
            Signal down = time.start("direct-tunnel", this::toClient);
            toTunnel();
            time.await(down, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            scope.cancel(Outcome.ABANDONED);
        } catch (RuntimeException | Error fault) {
            // Such as for want of a thread: the other side must not wait for ever.
            scope.cancel(Outcome.FAILED);
            throw fault;
        } finally {
            watch.remove(this);
            tunnel.close();
        }
        Outcome cancelled = scope.cancelled();
        return cancelled == null ? Outcome.COMPLETED : cancelled;
    }

    private void toTunnel() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = readClient(buffer); n >= 0; n = readClient(buffer)) {
                moved();
                scope.record().addRequestBytes(n);
                tunnel.out().write(buffer, 0, n);
                tunnel.out().flush();
                moved();
            }
            tunnel.shutdownOutput();
        } catch (ProxyException why) {
            scope.cancel(why.outcome());
        } catch (IOException | RuntimeException failed) {
            scope.cancel(Outcome.SEND_FAILED);
        }
    }

    private int readClient(byte[] buffer) throws ProxyException {
        try {
            return fromClient.read(buffer, 0, buffer.length);
        } catch (IOException gone) {
            throw left(Outcome.CLIENT_LEFT, gone);
        }
    }

    private void toClient() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = tunnel.in();
            for (int n = in.read(buffer, 0, buffer.length); n >= 0; n = in.read(buffer, 0, buffer.length)) {
                moved();
                writeClient(buffer, n);
                scope.record().addResponseBytes(n);
                moved();
            }
            client.shutdownOutput();
        } catch (ProxyException why) {
            scope.cancel(why.outcome());
        } catch (IOException | RuntimeException failed) {
            scope.cancel(Outcome.BODY_FAILED);
        }
    }

    private void writeClient(byte[] buffer, int n) throws ProxyException {
        try {
            client.write(buffer, 0, n);
        } catch (IOException gone) {
            throw left(Outcome.CLIENT_WRITE_FAILED, gone);
        }
    }

    private static ProxyException left(Outcome outcome, IOException cause) {
        return new ProxyException(
                outcome, Delivery.ANSWERED, "the client's side of the tunnel failed: " + cause, cause);
    }

    private void moved() {
        deadlineNanos = time.deadline(timeout);
    }

    @Override
    public void sweep(long nowNanos) {
        if (nowNanos >= deadlineNanos) {
            scope.cancel(Outcome.TUNNEL_TIMEOUT);
        }
    }
}
