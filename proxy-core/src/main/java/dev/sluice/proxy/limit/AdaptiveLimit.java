package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.limit.adaptive.GradientLimit;
import dev.sluice.proxy.scope.Places;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * How many requests are in progress at once, found from the latency of what is behind: of a route, or of an upstream. So
 * a server that becomes slow gets fewer requests, and clients a quick refusal with 503 instead of a slow answer.
 *
 * <pre>{@code
 * Route.path("/**").addFilter(AdaptiveLimit.between(10, 500).withQueue(100));
 * }</pre>
 *
 * <p>It is the gradient controller of Envoy's adaptive concurrency filter ({@code GradientController}). At the end of each
 * window of 100 ms, or of two median latencies if that is longer, it compares the median latency in that window with the
 * base, which is the median while there is hardly any load:
 *
 * <pre>
 * gradient = base * (1 + tolerance) / median, from 0.5 to 2
 * limit    = limit * gradient + sqrt(limit * gradient)
 * </pre>
 *
 * <p>So a server with k slots that is always full gets about k * (1 + tolerance), and a queue of the square root of
 * that. There are three differences from Envoy. The base is measured with any requests that find at most {@code min} in
 * flight; only if a busy server has had none for a minute, its limit is lowered to {@code min} for some 25 requests. The
 * limit does not grow while less than half of it is used (as in Netflix's {@code Gradient2Limit}). A request that an
 * overloaded server dropped lowers it by a tenth at once (as in Netflix's {@code AIMDLimit}), once for all requests that
 * were in flight together: it accepted no connection or did not answer in time, or it answered 429 or 503.
 *
 * <p>It begins with 20, or the bound that is nearest. The latency is the time to the response's head; the place is kept
 * until the end of the exchange, or of the attempt around an upstream ({@code Upstream.with}). A tunnel gives it back when
 * it opens. Those that wait also count against {@link Limits#waitingShare()}. One object counts for all the places that it
 * is added to; a copy made by {@code with…} counts for itself. Safe for use by many threads.
 */
public final class AdaptiveLimit implements ProxyFilter {
    private static final int INITIAL = 20;
    private static final Duration WINDOW = Duration.ofMillis(100);
    private static final Duration REMEASURE = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final int min;
    private final int max;
    private final double tolerance;
    private final int queue;
    private final Duration maxWait;
    private final GradientLimit limit;
    private final Places places;

    private AdaptiveLimit(int min, int max, double tolerance, int queue, Duration maxWait) {
        this.min = Require.positive("adaptive limit min", min);
        this.max = Require.atLeast("adaptive limit max", min, max);
        this.tolerance = Require.within("adaptive limit tolerance", 0, 10, tolerance);
        this.queue = Require.atLeast("adaptive limit queue", 0, queue);
        this.maxWait = Require.aboveZero("adaptive limit maxWait", LONGEST_WAIT, maxWait);
        int initial = Math.max(min, Math.min(max, INITIAL));
        this.limit = new GradientLimit(
                new GradientLimit.Setup(min, max, initial, tolerance, WINDOW, REMEASURE), new SplittableRandom());
        this.places = new Places(
                limit::limit,
                queue,
                maxWait,
                reason -> ProxyException.refused(
                        Outcome.OVERLOADED, "too many requests at once", reason + " (adaptive limit)"));
    }

    /**
     * A limit between these bounds, without a queue.
     *
     * @throws IllegalArgumentException if the first is not positive, or above the second
     */
    public static AdaptiveLimit between(int min, int max) {
        return new AdaptiveLimit(min, max, 0.25, 0, Duration.ofSeconds(5));
    }

    /**
     * The same with another part by which the median may exceed the base before the limit shrinks; 0.25 by default.
     *
     * @throws IllegalArgumentException if it is not 0 to 10
     */
    public AdaptiveLimit withTolerance(double part) {
        return new AdaptiveLimit(min, max, part, queue, maxWait);
    }

    /**
     * The same with a queue: how many more may wait, first come first served; 0 by default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public AdaptiveLimit withQueue(int requests) {
        return new AdaptiveLimit(min, max, tolerance, requests, maxWait);
    }

    /**
     * The same with another time after which one that waits is refused; 5 s by default. The exchange's deadline counts too.
     *
     * @throws IllegalArgumentException if it is not above zero and at most a day
     */
    public AdaptiveLimit withMaxWait(Duration time) {
        return new AdaptiveLimit(min, max, tolerance, queue, time);
    }

    /** The limit as it is now. */
    public int limit() {
        return limit.limit();
    }

    /** How many wait now. */
    public int waiting() {
        return places.waiting();
    }

    /** What it does now, and has refused so far, here and at all other places that it is added to. */
    public LimitStatistics statistics() {
        return new LimitStatistics(places.refused(), waiting(), OptionalInt.of(limit()));
    }

    /** The innermost: only what is behind it counts as latency. */
    @Override
    public Stage stage() {
        return Stage.INNERMOST;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Exchange scope = request.exchange();
        Places.Place place = places.take("", scope, Limits.waiting(scope));
        long beginNanos = scope.time().nanos();
        try {
            ProxyResponse response = next.handle(request);
            answered(response, place, beginNanos, scope);
            return response;
        } catch (Throwable failure) {
            Outcome outcome = ProxyException.of(failure).outcome();
            if (outcome == Outcome.OVERLOADED || GradientLimit.drops(outcome, 0)) {
                sample(scope, place, scope.time().nanos() - beginNanos, true);
            }
            place.release();
            throw failure;
        }
    }

    private void answered(ProxyResponse response, Places.Place place, long beginNanos, Exchange scope) {
        ProxyException page = scope.parent() == null ? scope.record().failure() : null;
        Outcome outcome = page == null ? Outcome.COMPLETED : page.outcome();
        int status = response.status();
        boolean dropped = GradientLimit.drops(outcome, status);
        // An error comes fast and says nothing about how much more the server could do.
        boolean tells = dropped || (page == null && status < 500);
        long latencyNanos = scope.time().nanos() - beginNanos;
        if (tells) {
            // Before the place is given back, as that was to be done first.
            scope.onEnd(how -> sample(scope, place, latencyNanos, dropped));
        }
        if (response.tunnel() != null) {
            place.release();
        }
    }

    private void sample(Exchange scope, Places.Place place, long latencyNanos, boolean dropped) {
        limit.sample(latencyNanos, place.insideAtBegin(), dropped, scope.time().nanos());
    }

    /** The bounds. */
    @Override
    public String toString() {
        return "AdaptiveLimit[" + min + " to " + max + ", now " + limit() + ']';
    }
}
