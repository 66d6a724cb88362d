package dev.sluice.balancer.simulation;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a server. It is itself the one event that it waits for: the first of its end, its timeout, and the
 * time at which it counts as slow. Also the hook by which the source of the lease breaks it off.
 */
final class SimulatedAttempt extends Served implements Consumer<Outcome> {
    private final SimulatedCall call;
    private final VirtualTime time;
    private final Lease lease;
    private final @Nullable SimulatedServer server;
    private final long number;
    private final Exchange scope;
    /** When the server's own time is over, whatever follows. */
    private final long timeoutNanos;

    private long untilNanos;
    private long slowAtNanos;
    /** When the server is done with it, or NEVER while that is open. */
    private long doneNanos = TimeSource.NEVER;
    /** The work that is left, while the server stands still. */
    private long leftNanos;

    private int status = 200;
    private @Nullable Outcome failure;
    private Delivery delivery = Delivery.SENT_UNKNOWN;
    private boolean ended;

    /** The attempt of the same request that was sent before and still runs, or null. */
    @Nullable
    SimulatedAttempt before;

    /**
     * An attempt.
     *
     * @param server where it goes, or null for an upstream that is no simulated server
     * @param number among the attempts of the run, from 0
     */
    SimulatedAttempt(
            SimulatedCall call,
            VirtualTime time,
            Step.Send send,
            @Nullable SimulatedServer server,
            long number,
            long timeoutNanos) {
        this.call = call;
        this.time = time;
        this.lease = send.lease();
        this.server = server;
        this.number = number;
        this.scope = call.request().exchange().child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        this.timeoutNanos = timeoutNanos;
        this.untilNanos = Math.min(send.untilNanos(), timeoutNanos);
        this.slowAtNanos = send.slowAtNanos();
    }

    Lease lease() {
        return lease;
    }

    @Nullable
    SimulatedServer server() {
        return server;
    }

    @Override
    boolean ended() {
        return ended;
    }

    void begin() {
        scope.onCancel(this);
        lease.began(scope);
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            fails(cancelled, Delivery.NOT_SENT);
        } else if (server == null) {
            ask();
        } else {
            server.accept(this);
        }
        if (place < 0) {
            arm();
        }
    }

    /** Asks an upstream that is no simulated server, which takes no time. */
    private void ask() {
        try (ProxyResponse response = lease.upstream().send(call.request().in(scope))) {
            answers(response.status());
        } catch (ProxyException failed) {
            fails(failed.outcome(), failed.delivery());
        } catch (IOException failed) {
            fails(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            fails(Outcome.FAILED, Delivery.SENT_UNKNOWN);
        }
    }

    @Override
    void works(long nanos) {
        doneAt(nanos > TimeSource.NEVER - time.nanos() ? TimeSource.NEVER : time.nanos() + nanos);
    }

    @Override
    void answers(int withStatus) {
        status = withStatus;
        doneAt(time.nanos());
    }

    @Override
    void fails(Outcome how, Delivery sent) {
        failure = how;
        delivery = sent;
        doneAt(time.nanos());
    }

    @Override
    void halts(boolean stalled) {
        if (failure != null) {
            return;
        }
        if (stalled) {
            leftNanos = doneNanos - time.nanos();
            doneAt(TimeSource.NEVER);
        } else {
            works(leftNanos);
        }
    }

    /**
     * It is broken off, and nothing waits for it any more. This happens later, as the caller may be in the middle of
     * something, and in its own order, as a caller may break off several from a set, which has no order.
     */
    @Override
    public void accept(Outcome reason) {
        if (!ended) {
            failure = reason;
            delivery = Delivery.SENT_UNKNOWN;
            doneNanos = time.nanos();
            time.putFirst(this, number);
        }
    }

    @Override
    void happen() {
        long nanos = time.nanos();
        if (nanos >= doneNanos) {
            done(nanos);
        } else if (nanos >= untilNanos && nanos < timeoutNanos && !lease.expired(nanos)) {
            untilNanos = timeoutNanos;
            arm();
        } else if (nanos >= untilNanos) {
            end(Outcome.HEAD_TIMEOUT);
            call.failed(this, Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN);
        } else {
            slowAtNanos = TimeSource.NEVER;
            arm();
            call.slow(this);
        }
    }

    private void done(long nanos) {
        Outcome how = failure;
        if (how != null) {
            end(how);
            call.failed(this, how, delivery);
            return;
        }
        leave();
        call.head(this, status, nanos);
    }

    /** Ends the attempt and its lease, and takes it out of the server. */
    void end(Outcome how) {
        ended = true;
        time.remove(this);
        leave();
        call.forget(this);
        scope.end(how);
        lease.end(how, time.nanos());
    }

    private void leave() {
        if (server != null) {
            server.leave(this);
        }
    }

    private void doneAt(long nanos) {
        doneNanos = nanos;
        arm();
    }

    private void arm() {
        time.put(this, Math.min(doneNanos, Math.min(untilNanos, slowAtNanos)));
    }
}
