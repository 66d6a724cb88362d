package dev.sluice.balancer.health;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
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
 * Probes one upstream at intervals, and tells when it goes down and comes up. The first probe comes after at most
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
    private volatile @Nullable ProbeResult last;
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
     * Begins to probe; over {@link DirectTransport#shared()} where the check has a port of its own.
     *
     * @param random spreads the probes; used from the time source's threads
     * @param listener is told of each change
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
     * @param listener is told of each change
     * @param connect makes the upstream for an HTTP check at a port of its own, such as over the pool's transport; this
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
        Upstream target = check.probe().target(upstream, connect);
        HealthMonitor monitor = new HealthMonitor(upstream, target, check, time, random, listener);
        monitor.probeAfter(Math.round(random.nextDouble() * check.jitter() * nanos(check.interval())));
        return monitor;
    }

    /** Tells whether the upstream is up. */
    public boolean up() {
        return state.up();
    }

    /** Tells whether the upstream has begun down and no probe has passed yet. */
    public boolean starting() {
        return state.starting();
    }

    /** How the latest probe ended; empty before the first has. */
    public Optional<ProbeResult> lastProbe() {
        return Optional.ofNullable(last);
    }

    /** Ends the probing, and breaks off a probe that is running. The listener is not told anything more. */
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
     * Waits until what {@link #close} has broken off has come to its end, such as a probe whose thread was blocked: then
     * no thread is left.
     *
     * @param untilNanos for how long at most, a time of the time source
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
            // Before it begins, so that whoever closes finds it.
            probed = ended;
        }
        try {
            time.start("probe " + upstream.id(), () -> probe(ended));
        } catch (RuntimeException | Error fault) {
            ended.fire();
            // Such as for want of a thread: that is no reason to leave a member down for ever.
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

    private ProbeResult ask(Exchange scope, long beginNanos) {
        boolean passed = false;
        String detail;
        try {
            detail = check.probe().ask(target, scope);
            passed = true;
            scope.end(Outcome.COMPLETED);
        } catch (Exception failure) {
            detail =
                    scope.cancelled() == Outcome.TOTAL_TIMEOUT ? "no answer within " + check.timeout() : words(failure);
        } finally {
            scope.close();
        }
        return new ProbeResult(passed, detail, scope.record().beginAt(), time.nanos() - beginNanos);
    }

    private void count(ProbeResult result, long beginNanos) {
        boolean changed;
        boolean first;
        synchronized (lock) {
            running = null;
            if (closed) {
                return;
            }
            last = result;
            first = state.starting();
            changed = state.count(result.passed(), beginNanos);
        }
        if (changed) {
            listener.changed(result.passed(), reason(result, first));
        }
    }

    private String reason(ProbeResult result, boolean first) {
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
