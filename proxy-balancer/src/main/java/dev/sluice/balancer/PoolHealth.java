package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.FailureKind;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.HealthMonitor;
import dev.sluice.balancer.health.Outlier;
import dev.sluice.balancer.health.PeerComparison;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.health.WindowStats;
import dev.sluice.balancer.limit.ConcurrencyLimit;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Which members are used, from what probes and requests say: the transitions of a member's health.
 *
 * <pre>
 * used ─ failures in a row, or worse than its peers ─> ejected ─ time over ─> on trial ─ answers ─> used
 *                                                         ^                      │
 *                                                         └────── fails ─────────┘
 * up <─ probes ─> down
 * </pre>
 *
 * Safe for use by many threads: what changes is guarded by the pool's transitions.
 */
final class PoolHealth {
    private final PoolState pool;
    private final ErringMembers erring = new ErringMembers();
    private final boolean compares;
    private final long intervalNanos;
    /**
     * When the members are compared with each other again: by an attempt that ends, so that no timer outlives a pool.
     */
    private final AtomicLong compareAtNanos;

    PoolHealth(PoolState pool, PoolSettings settings) {
        this.pool = pool;
        EjectionPolicy policy = settings.ejection();
        this.compares = policy.failurePercent() > 0
                || policy.successRateFactor() > 0
                || policy.latencyFactor() > 0
                || policy.comparesServerErrors();
        this.intervalNanos = policy.interval().toNanos();
        this.compareAtNanos = new AtomicLong(settings.time().deadline(policy.interval()));
    }

    /** Begins to probe a new member; within a transition. */
    void begin(MemberState state, boolean mustProve) {
        HealthCheck check = pool.settings().health();
        if (check == null) {
            return;
        }
        HealthMonitor monitor = HealthMonitor.start(
                state.upstream(),
                mustProve ? check.withBeginsUp(false) : check,
                pool.settings().time(),
                pool.settings().random(),
                (up, reason) -> probed(state, up, reason),
                uri -> pool.transport().upstream(state.upstream().id(), uri));
        state.monitor = monitor;
        state.down = !monitor.up();
        state.wasUp = monitor.up();
    }

    /** The member is one no more; within a transition. */
    void end(MemberState state) {
        state.ejectionEnd.cancel();
        state.breakerEnd.cancel();
        state.warmEnd.cancel();
        HealthMonitor monitor = state.monitor;
        if (monitor != null) {
            monitor.close();
        }
    }

    /** The head of a response is there. */
    void answered(PoolLease lease, long nanos) {
        MemberState state = lease.member();
        boolean failed = FailureKind.of(Outcome.COMPLETED, lease.status()) != null;
        state.answered(lease.latencyNanos(), failed, nanos);
        if (lease.isPatient()) {
            state.silence.heardLate(nanos);
        } else {
            state.silence.heard(nanos);
        }
        if (lease.decides() && !failed) {
            reinstate(state, lease::decides, "it has answered the request that it was tried with");
        }
    }

    /** An attempt has ended. */
    void ended(PoolLease lease, Outcome outcome, long nanos) {
        MemberState state = lease.member();
        FailureKind kind = lease.verdict(outcome);
        boolean succeeded = kind == null && lease.status() > 0;
        tellLimit(lease, outcome, nanos);
        tellBreaker(lease, kind != null, succeeded, nanos);
        if (kind != null) {
            state.failed(nanos);
            String why = state.passive.failed(kind, lease.beginNanos(), nanos);
            boolean errs = why == null
                    && kind == FailureKind.SERVER_ERROR
                    && pool.settings().ejection().comparesServerErrors();
            why = errs ? ErringMembers.errsAlone(state, pool.view(), nanos) : why;
            if (lease.trial()) {
                trialFailed(lease, kind, lease.told(outcome));
            } else if (why != null) {
                eject(state, why + ", last: " + lease.told(outcome), errs);
            }
        } else if (succeeded) {
            state.passive.succeeded(lease.latencyNanos(), nanos);
        }
        if (kind == null && lease.trial()) {
            lease.releaseTrial();
        }
        if (lease.lost(outcome)) {
            state.silence.lost();
        }
        long dueNanos = compareAtNanos.get();
        if (compares && nanos >= dueNanos && compareAtNanos.compareAndSet(dueNanos, nanos + intervalNanos)) {
            compare(nanos);
        }
    }

    /** No other member is left for a request that this one did not take, and requests can wait: so they do. */
    void unreachable(MemberState state) {
        pool.transition(() -> {
            if (!state.ejected && pool.view().topology().indexOf(state) >= 0) {
                outUntilTrial(state, backoff(), true);
                pool.post(Kind.EJECTED, id(state), "it cannot be reached and no other is left: requests wait for it");
            }
            return null;
        });
    }

    /** An attempt that was given far longer than others has not been answered: the member is silent, and not only slow. */
    void silent(PoolLease lease, long nanos) {
        MemberState state = lease.member();
        state.failed(nanos);
        if (lease.trial()) {
            trialFailed(lease, FailureKind.TIMEOUT, Outcome.HEAD_TIMEOUT.toString());
        } else {
            eject(state, state.silence.words(nanos) + ", and its attempts lose to hedges", false);
        }
    }

    private static void tellLimit(PoolLease lease, Outcome outcome, long nanos) {
        ConcurrencyLimit limit = lease.member().limit;
        boolean dropped = MemberLimit.drops(outcome, lease.status());
        // An error comes fast and says nothing about how much more the member could do.
        boolean answered = lease.status() > 0 && lease.status() < 500;
        if (limit != null && (dropped || answered)) {
            long latencyNanos = lease.status() > 0 ? lease.latencyNanos() : nanos - lease.beginNanos();
            limit.sample(latencyNanos, lease.inFlightBefore() + 1, dropped, nanos);
        }
    }

    private static void tellBreaker(PoolLease lease, boolean failed, boolean succeeded, long nanos) {
        CircuitBreaker breaker = lease.member().breaker;
        if (breaker == null) {
            return;
        }
        if (failed && !lease.firstFailure() && breaker.state(nanos) == CircuitBreaker.State.CLOSED) {
            return;
        }
        if (failed) {
            breaker.failed(lease.beginNanos(), nanos);
        } else if (succeeded) {
            breaker.succeeded(lease.beginNanos(), nanos);
        } else {
            breaker.released(lease.beginNanos(), nanos);
        }
    }

    /** What a member's breaker has done; requests that wait may be its trials. */
    void broke(MemberState state, CircuitBreaker.State now, String reason) {
        pool.transition(() -> {
            Kind kind = switch (now) {
                case OPEN -> Kind.BREAKER_OPEN;
                case HALF_OPEN -> Kind.BREAKER_HALF_OPEN;
                case CLOSED -> Kind.BREAKER_CLOSED;
            };
            pool.post(kind, id(state), reason);
            return null;
        });
        CircuitBreaker breaker = state.breaker;
        if (now == CircuitBreaker.State.OPEN && breaker != null) {
            callAfter(state, Duration.ofNanos(breaker.retryAtNanos() - nanos()));
        } else {
            pool.callIfRoom();
        }
    }

    /** A request goes to a member whose breaker is not closed: if nothing comes of it, another may try after a while. */
    void breakerTried(MemberState state) {
        BreakerPolicy policy = pool.settings().breaker();
        if (policy != null) {
            callAfter(state, policy.trialTimeout());
        }
    }

    /** Calls those that wait when the breaker of a member may let one through again. */
    private void callAfter(MemberState state, Duration time) {
        pool.transition(() -> {
            if (pool.view().topology().indexOf(state) >= 0) {
                state.breakerEnd.cancel();
                state.breakerEnd = time().schedule(time, pool::callIfRoom);
            }
            return null;
        });
    }

    /** @param errs whether it is for server errors that its peers do not have */
    private void eject(MemberState state, String why, boolean errs) {
        pool.transition(() -> {
            PoolView view = pool.view();
            int index = view.topology().indexOf(state);
            if (index < 0 || state.ejected || state.down || state.draining || !mayEject(view, index)) {
                return null;
            }
            if (errs && !erring.takeOut(state, view, nanos())) {
                return null;
            }
            Duration time = state.passive.ejected(nanos());
            outUntilTrial(state, time, true);
            pool.post(Kind.EJECTED, id(state), why + "; out for " + text(time));
            return null;
        });
    }

    private boolean mayEject(PoolView view, int index) {
        int up = view.up().cardinality();
        int ejected = up - view.available().cardinality();
        return pool.settings().ejection().mayEject(up, ejected) && view.availableBeside(index);
    }

    /** A member that was tried, and failed: out for longer; but while requests wait for it, it is tried again soon. */
    private void trialFailed(PoolLease lease, FailureKind kind, String told) {
        MemberState state = lease.member();
        pool.transition(() -> {
            if (!state.ejected || !lease.decides()) {
                return null;
            }
            boolean waited = pool.settings().parking() != null
                    && kind == FailureKind.CONNECT
                    && pool.view().available().isEmpty();
            Duration time = waited ? backoff() : state.passive.ejected(nanos());
            // A long wait is told of once, when it begins, and not for each time that the member is tried.
            outUntilTrial(state, time, !waited);
            if (!waited) {
                pool.post(Kind.EJECTED, id(state), "its trial failed: " + told + "; out for " + text(time));
            }
            return null;
        });
    }

    private void outUntilTrial(MemberState state, Duration time, boolean tell) {
        state.ejected = true;
        state.trial.end();
        state.warmEnd.cancel();
        atEjectionsEnd(state, time, ejection -> openTrial(state, ejection, tell));
        pool.swap();
    }

    /** Within a transition: puts one timer in the place of the one before, and tells it which ejection it is of. */
    private void atEjectionsEnd(MemberState state, Duration time, IntConsumer task) {
        int ejection = ++state.ejections;
        state.ejectionEnd.cancel();
        state.ejectionEnd = time().schedule(time, () -> task.accept(ejection));
    }

    private boolean isOf(MemberState state, int ejection) {
        return state.ejected
                && state.ejections == ejection
                && pool.view().topology().indexOf(state) >= 0;
    }

    private void openTrial(MemberState state, int ejection, boolean tell) {
        pool.transition(() -> {
            if (isOf(state, ejection)) {
                state.trial.open();
                waitForTrial(state);
                pool.swap();
                if (tell) {
                    pool.post(Kind.ON_TRIAL, id(state), "its time out is over");
                }
            }
            return null;
        });
    }

    /** No request has come that a second attempt stands behind: its probes tell, or else any request is the trial. */
    private void trialWaited(MemberState state, int ejection) {
        pool.transition(() -> {
            HealthMonitor monitor = state.monitor;
            if (!isOf(state, ejection)) {
                return null;
            }
            if (monitor == null) {
                state.trial.openToAll();
            } else if (monitor.up() && state.trial.free()) {
                reinstate(state, state.trial::free, "its probes pass, and no request has come to try it with");
            } else {
                // A request that it is tried with may run just now, and come to nothing.
                waitForTrial(state);
            }
            return null;
        });
    }

    private void waitForTrial(MemberState state) {
        Duration wait = pool.settings().ejection().base();
        atEjectionsEnd(state, wait, ejection -> trialWaited(state, ejection));
    }

    /**
     * A member that was tried is well.
     *
     * @param decided whether the trial that says so is not over, asked within the transition
     */
    private void reinstate(MemberState state, BooleanSupplier decided, String reason) {
        pool.transition(() -> {
            if (state.ejected
                    && decided.getAsBoolean()
                    && pool.view().topology().indexOf(state) >= 0) {
                takeBack(state);
                pool.swap();
                pool.post(Kind.REINSTATED, id(state), reason + (state.down ? "; still down by its probes" : ""));
            }
            return null;
        });
    }

    private void probed(MemberState state, boolean up, String reason) {
        pool.transition(() -> {
            if (pool.view().topology().indexOf(state) < 0) {
                return null;
            }
            boolean wasEjected = state.ejected;
            state.down = !up;
            state.wasUp |= up;
            if (up) {
                takeBack(state);
            } else {
                state.warmEnd.cancel();
            }
            pool.swap();
            pool.post(up ? Kind.UP : Kind.DOWN, id(state), reason);
            if (up && wasEjected) {
                pool.post(Kind.REINSTATED, id(state), "it came up");
            }
            return null;
        });
        state.proven.run();
    }

    private void takeBack(MemberState state) {
        state.ejections++;
        state.ejectionEnd.cancel();
        state.ejected = false;
        state.trial.end();
        state.passive.restart(nanos());
        erring.takenBack(state, pool.view());
        state.silence.heard(nanos());
        state.forgive();
        warm(state);
    }

    /** Has the member's weight grow from a part to the whole; within a transition. */
    void warm(MemberState state) {
        SlowStart slowStart = pool.settings().slowStart();
        if (slowStart != null) {
            long sinceNanos = nanos();
            state.warm(sinceNanos);
            state.warmEnd.cancel();
            state.warmEnd = time().schedule(slowStart.window(), () -> warmed(state, sinceNanos));
        }
    }

    private void warmed(MemberState state, long sinceNanos) {
        pool.transition(() -> {
            boolean used = !state.down && !state.ejected && !state.draining;
            if (used && state.warmSince(sinceNanos) && pool.view().topology().indexOf(state) >= 0) {
                state.warmed();
                pool.post(Kind.WARM, id(state), "its slow start is over");
            }
            return null;
        });
    }

    private void compare(long nanos) {
        PoolView view = pool.view();
        List<WindowStats> stats = new ArrayList<>();
        for (int i = view.available().nextSetBit(0);
                i >= 0;
                i = view.available().nextSetBit(i + 1)) {
            stats.add(view.topology().member(i).state().passive.window(nanos));
        }
        for (Outlier outlier : PeerComparison.outliers(pool.settings().ejection(), stats)) {
            int index = nth(view, outlier.index());
            eject(view.topology().member(index).state(), outlier.reason(), outlier.serverErrors());
        }
    }

    private static int nth(PoolView view, int n) {
        int index = view.available().nextSetBit(0);
        for (int i = 0; i < n; i++) {
            index = view.available().nextSetBit(index + 1);
        }
        return index;
    }

    private Duration backoff() {
        return pool.settings().retry().backoff(pool.settings().random());
    }

    private TimeSource time() {
        return pool.settings().time();
    }

    private long nanos() {
        return time().nanos();
    }

    private static String id(MemberState state) {
        return state.upstream().id();
    }

    private static String text(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
