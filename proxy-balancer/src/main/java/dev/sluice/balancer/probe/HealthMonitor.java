package dev.sluice.balancer.probe;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Probes one upstream at intervals, and reports when it goes down and comes up. The first probe comes after at most
 * {@code jitter} of an interval; until then the upstream counts as {@link HealthCheck#beginsUp()} says. While a result
 * disagrees with the state the next probe comes after {@link HealthCheck#fastInterval()}. Probes never overlap: one
 * that takes longer than the interval delays the next. A {@code UpstreamPool} that has a {@link HealthCheck} has a
 * monitor for each member.
 *
 * <p>Each probe is a task of the time source. Safe for use by many threads.
 */
public final class HealthMonitor implements AutoCloseable {
    private final Upstream upstream;
    private final Upstream target;
    private final HealthCheck check;
    private final TimeSource time;
    private final RandomGenerator random;
    private final Listener listener;
    private final RiseFall state;

    private final Object lock = new Object();
    private volatile HealthCheck.@Nullable Result last;
    /** Written with the lock. */
    private volatile long passed;

    private volatile long failed;
    private TimeSource.Scheduled next = () -> {};
    private @Nullable Exchange running;
    /** Fires at the end of the latest probe. */
    private Signal probed = fired();

    /** Fires once the target is closed. */
    private Signal released = fired();

    private boolean closed;

    private HealthMonitor(
            Upstream upstream,
            Upstream target,
            HealthCheck check,
            TimeSource time,
            RandomGenerator random,
            Listener listener) {
        this.upstream = upstream;
        this.target = target;
        this.check = check;
        this.time = time;
        this.random = random;
        this.listener = listener;
        this.state = new RiseFall(check, time.deadline(check.grace()));
    }

    /**
     * Begins to probe; over {@link DirectTransport#shared()} where the check has another port.
     *
     * @param random spreads the probes; used from the time source's threads
     * @param listener receives each change
     * @throws IllegalArgumentException as {@link HealthCheck#requireFor} does
     */
    public static HealthMonitor start(
            Upstream upstream, HealthCheck check, TimeSource time, RandomGenerator random, Listener listener) {
        return start(
                upstream,
                check,
                time,
                random,
                listener,
                uri -> DirectTransport.shared().upstream(upstream.id(), uri));
    }

    /**
     * Begins to probe.
     *
     * @param random spreads the probes; used from the time source's threads
     * @param listener receives each change
     * @param connect makes the upstream for an HTTP check at another port, such as over the pool's transport; this
     *     monitor closes it. Otherwise it is not asked
     * @throws IllegalArgumentException as {@link HealthCheck#requireFor} does
     */
    public static HealthMonitor start(
            Upstream upstream,
            HealthCheck check,
            TimeSource time,
            RandomGenerator random,
            Listener listener,
            Function<URI, Upstream> connect) {
        check.requireFor(upstream);
        Upstream target = check.target(upstream, connect);
        HealthMonitor monitor = new HealthMonitor(upstream, target, check, time, random, listener);
        monitor.probeAfter(Math.round(random.nextDouble() * check.jitter() * nanos(check.interval())));
        return monitor;
    }

    /** Returns whether the upstream is up. */
    public boolean up() {
        return state.up();
    }

    /** Returns whether the upstream has begun down and no probe has passed yet. */
    public boolean starting() {
        return state.starting();
    }

    /** How many probes have passed, or have failed. */
    public long probes(boolean whichPassed) {
        return whichPassed ? passed : failed;
    }

    /** How the latest probe ended; empty before the first has. */
    public Optional<HealthCheck.Result> lastProbe() {
        return Optional.ofNullable(last);
    }

    /** Ends the probing, and breaks off a running probe. The listener is not called any more. */
    @Override
    public void close() {
        Exchange open;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            next.cancel();
            open = running;
        }
        if (open != null) {
            open.cancel(Outcome.SHUT_DOWN);
        }
        if (!target.equals(upstream)) {
            // Closing may block, and this may be a thread that carries an exchange.
            Signal closing = time.start("close the probe of " + upstream.id(), target::close);
            synchronized (lock) {
                released = closing;
            }
        }
    }

    /**
     * Waits until what {@link #close} has broken off has ended, such as a probe whose thread was blocked. Then no thread
     * of this monitor is left.
     *
     * @param untilNanos until when it waits at most; a time of the time source
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitClosed(long untilNanos) throws InterruptedException {
        Signal last;
        Signal closing;
        synchronized (lock) {
            last = probed;
            closing = released;
        }
        time.await(last, untilNanos);
        time.await(closing, untilNanos);
    }

    private static Signal fired() {
        Signal signal = new Signal();
        signal.fire();
        return signal;
    }

    private void probeAfter(long delayNanos) {
        synchronized (lock) {
            if (!closed) {
                next = time.schedule(Duration.ofNanos(delayNanos), this::begin);
            }
        }
    }

    private void begin() {
        Signal ended = new Signal();
        synchronized (lock) {
            if (closed) {
                return;
            }
            // Before it begins, so that awaitClosed finds it.
            probed = ended;
        }
        try {
            time.start("probe " + upstream.id(), () -> probe(ended));
        } catch (RuntimeException | Error fault) {
            ended.fire();
            // For example if there is no thread. That is no reason to leave a member down forever.
            probeAfter(Math.round(nanos(check.interval())));
            throw fault;
        }
    }

    private void probe(Signal ended) {
        try {
            probe();
        } finally {
            ended.fire();
        }
    }

    private void probe() {
        long beginNanos = time.nanos();
        Exchange scope = Exchange.builder(time).begin("probe", check.timeout());
        synchronized (lock) {
            running = scope;
            if (closed) {
                scope.cancel(Outcome.SHUT_DOWN);
            }
        }
        try {
            count(ask(scope, beginNanos), beginNanos);
        } finally {
            Duration interval = state.settled() ? check.interval() : check.fastInterval();
            double stretch = 1 + check.jitter() * (2 * random.nextDouble() - 1);
            long tookNanos = time.nanos() - beginNanos;
            probeAfter(Math.max(0, Math.round(stretch * nanos(interval) - tookNanos)));
        }
    }

    private HealthCheck.Result ask(Exchange scope, long beginNanos) {
        boolean passed = false;
        String detail;
        try {
            detail = check.ask(target, scope);
            passed = true;
            scope.end(Outcome.COMPLETED);
        } catch (Exception failure) {
            detail = scope.cancelled() == Outcome.TOTAL_TIMEOUT
                    ? "no answer within " + DurationText.of(check.timeout())
                    : words(failure);
        } finally {
            scope.close();
        }
        return new HealthCheck.Result(passed, detail, scope.record().beginAt(), time.nanos() - beginNanos);
    }

    private void count(HealthCheck.Result result, long beginNanos) {
        boolean changed;
        boolean first;
        synchronized (lock) {
            running = null;
            if (closed) {
                return;
            }
            last = result;
            if (result.passed()) {
                passed = passed + 1;
            } else {
                failed = failed + 1;
            }
            first = state.starting();
            changed = state.count(result.passed(), beginNanos);
        }
        if (changed) {
            listener.changed(result.passed(), reason(result, first));
        }
    }

    private String reason(HealthCheck.Result result, boolean first) {
        if (first) {
            return "a probe passed for the first time: " + result.detail();
        }
        int row = result.passed() ? check.rise() : check.fall();
        return row + " probes in a row " + (result.passed() ? "passed" : "failed") + ", last: " + result.detail();
    }

    private static String words(Exception failure) {
        boolean plain = failure instanceof ProxyException || failure.getClass() == IOException.class;
        String message = plain ? failure.getMessage() : null;
        return message == null ? failure.toString() : message;
    }

    private static double nanos(Duration duration) {
        return duration.getSeconds() * 1e9 + duration.getNano();
    }

    /** Is told when the upstream goes down and comes up, on the probe's thread. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The upstream is now up, or down.
         *
         * @param reason what the probes showed, for logs
         */
        void changed(boolean up, String reason);
    }
}
