package dev.sluice.balancer.status;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.Words;
import dev.sluice.proxy.time.TimeSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the exchanges of clients and all attempts, in total and by route, as {@link
 * dev.sluice.proxy.metrics.ExchangeMetrics} does. Routes are bounded: of those that come later there is one sum. Safe for
 * use by many threads.
 */
final class Traffic implements ExchangeListener {
    /** The name of what has no route. */
    static final String NO_ROUTE = Words.NONE;

    /** The name of all routes after the first {@link #ROUTES}. */
    static final String OTHER_ROUTES = "other";

    private static final int ROUTES = 500;
    private static final int STEPS = 120;
    private static final long STEP = TimeUnit.SECONDS.toNanos(1);
    private static final int ROUTE_STEPS = 12;
    private static final long ROUTE_STEP = TimeUnit.SECONDS.toNanos(5);

    private final TimeSource time;
    private final long beginNanos;
    private final Count all;
    private final Map<String, Count> routes = new ConcurrentHashMap<>();
    /** All of them from the beginning, so that it does not change. */
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

    private final LongAdder attempts = new LongAdder();
    private final LongAdder attemptsFailed = new LongAdder();
    private final LongAdder requestBytes = new LongAdder();
    private final LongAdder responseBytes = new LongAdder();
    private final LastFailures failures = new LastFailures();

    Traffic(TimeSource time) {
        this.time = time;
        this.beginNanos = time.nanos();
        this.all = new Count(new RecentTraffic(time, beginNanos, STEP, STEPS));
        for (Outcome each : Outcome.values()) {
            outcomes.put(each, new LongAdder());
        }
    }

    /** What ended: ever, by the class of the status, and recently. */
    static final class Count {
        /** By the first digit of the status; 0 if no status was sent. */
        private final LongAdder[] statuses = new LongAdder[10];

        private final LongAdder failed = new LongAdder();
        private final RecentTraffic recent;

        private Count(RecentTraffic recent) {
            this.recent = recent;
            for (int i = 0; i < statuses.length; i++) {
                statuses[i] = new LongAdder();
            }
        }

        private void add(int status, boolean fails, long tookNanos) {
            statuses[Math.min(9, status / 100)].increment();
            if (fails) {
                failed.increment();
            }
            recent.add(tookNanos, fails);
        }

        long requests() {
            long sum = 0;
            for (LongAdder each : statuses) {
                sum += each.sum();
            }
            return sum;
        }

        /** How many got a status of this class. */
        long ofClass(int hundreds) {
            return statuses[hundreds].sum();
        }

        long failed() {
            return failed.sum();
        }

        RecentTraffic recent() {
            return recent;
        }
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        attempts.increment();
        Outcome outcome = attempt.outcome();
        if (outcome != null && outcome.blamesUpstream()) {
            attemptsFailed.increment();
        }
    }

    @Override
    public void ended(ExchangeRecord record) {
        Outcome outcome = record.outcome();
        if (!record.isClients() || outcome == null) {
            return;
        }
        boolean fails = fails(outcome, record.status());
        long took = record.endNanos() - record.beginNanos();
        all.add(record.status(), fails, took);
        of(record.route()).add(record.status(), fails, took);
        of(outcome).increment();
        requestBytes.add(record.requestBytes());
        responseBytes.add(record.responseBytes());
        if (fails) {
            failures.add(record);
        }
    }

    /** Whether the side of the servers failed, or this proxy: not the client. */
    private static boolean fails(Outcome outcome, int status) {
        return outcome.status() >= 500 || status >= 500;
    }

    private LongAdder of(Outcome outcome) {
        return Objects.requireNonNull(outcomes.get(outcome));
    }

    private Count of(@Nullable String route) {
        String name = route == null ? NO_ROUTE : route;
        Count known = routes.get(name);
        if (known != null) {
            return known;
        }
        String bounded = routes.size() < ROUTES ? name : OTHER_ROUTES;
        return routes.computeIfAbsent(
                bounded, ignored -> new Count(new RecentTraffic(time, beginNanos, ROUTE_STEP, ROUTE_STEPS)));
    }

    Count all() {
        return all;
    }

    /** By the routes' names. */
    Map<String, Count> routes() {
        return routes;
    }

    long ended(Outcome outcome) {
        return of(outcome).sum();
    }

    long attempts() {
        return attempts.sum();
    }

    /** The attempts that failed by the fault of the upstream. */
    long attemptsFailed() {
        return attemptsFailed.sum();
    }

    long requestBytes() {
        return requestBytes.sum();
    }

    long responseBytes() {
        return responseBytes.sum();
    }

    LastFailures failures() {
        return failures;
    }
}
