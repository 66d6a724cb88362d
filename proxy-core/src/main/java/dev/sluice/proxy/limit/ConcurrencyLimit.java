package dev.sluice.proxy.limit;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.scope.Places;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How many requests of each key are in progress at once, and how many more wait, first come first served. One that finds
 * no place is refused with 429. By default the key is the client: its IPv4 address, or its IPv6 network of 64 bits; with
 * the route as the key it is a bulkhead, for which 503 is the right status.
 *
 * <pre>{@code
 * ProxyServer.builder().addFilter(ConcurrencyLimit.of(20).withQueue(50));
 * Route.path("/reports/**").addFilter(ConcurrencyLimit.of(5).withKey(RequestKey.route()).withStatus(503));
 * }</pre>
 *
 * <p>A request has its place until the exchange ends, with the last byte of the response, and a tunnel until it is closed;
 * around an upstream ({@code Upstream.with}), until the attempt ends. If it fails before there is a response, the place is
 * free at once. A client that leaves while it waits makes room for the next. Those that wait also count against {@link
 * Limits#waitingShare()}, so that other routes go on. A key takes memory only while it is in use. One object counts for all
 * the places that it is added to; a copy made by {@code with…} counts for itself. Safe for use by many threads.
 */
public final class ConcurrencyLimit implements ProxyFilter {
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final int requests;
    private final CountedKey key;
    private final int queue;
    private final Duration maxWait;
    private final int status;
    private final Places places;

    private ConcurrencyLimit(int requests, CountedKey key, int queue, Duration maxWait, int status) {
        this.requests = Require.positive("concurrency limit", requests);
        this.key = key;
        this.queue = Require.atLeast("concurrency limit queue", 0, queue);
        this.maxWait = Require.aboveZero("concurrency limit maxWait", LONGEST_WAIT, maxWait);
        this.status = Require.within("concurrency limit status", 400, 599, status);
        this.places = new Places(
                () -> requests,
                queue,
                maxWait,
                reason -> ProxyException.refused(
                        Outcome.OVERLOADED, status, "too many requests at once", reason + ", by " + key));
    }

    /**
     * This number of requests of each client, and none that wait.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static ConcurrencyLimit of(int requests) {
        return new ConcurrencyLimit(requests, CountedKey.CLIENT, 0, Duration.ofSeconds(5), 429);
    }

    /** The same by another key; by default, by the client's address of IPv4 or its 64 bits of IPv6. */
    public ConcurrencyLimit withKey(RequestKey key) {
        return new ConcurrencyLimit(requests, this.key.by(key), queue, maxWait, status);
    }

    /** The same with another rule for requests without the key; {@link NoKey#SHARED} by default. */
    public ConcurrencyLimit withNoKey(NoKey what) {
        return new ConcurrencyLimit(requests, key.without(what), queue, maxWait, status);
    }

    /**
     * The same with a queue: how many more of each key may wait; 0 by default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public ConcurrencyLimit withQueue(int requests) {
        return new ConcurrencyLimit(this.requests, key, requests, maxWait, status);
    }

    /**
     * The same with another time after which one that waits is refused; 5 s by default. The exchange's deadline counts too.
     *
     * @throws IllegalArgumentException if it is not above zero and at most a day
     */
    public ConcurrencyLimit withMaxWait(Duration time) {
        return new ConcurrencyLimit(requests, key, queue, time, status);
    }

    /**
     * The same with another status of the refusal; 429 by default, which blames the client. The answer has {@code
     * Retry-After}.
     *
     * @throws IllegalArgumentException if it is not 400 to 599
     */
    public ConcurrencyLimit withStatus(int status) {
        return new ConcurrencyLimit(requests, key, queue, maxWait, status);
    }

    /** How many wait now, of all keys. */
    public int waiting() {
        return places.waiting();
    }

    /** What it does now, and has refused so far, here and at all other places that it is added to. */
    public LimitStatistics statistics() {
        return new LimitStatistics(places.refused(), waiting(), OptionalInt.of(requests));
    }

    /** Where the key is known: before or after authentication. */
    @Override
    public Stage stage() {
        return key.stage();
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        String counted = key.of(request);
        return counted == null
                ? next.handle(request)
                : places.around(counted, request, next, Limits.waiting(request.exchange()));
    }

    /** The limit, and by what it counts. */
    @Override
    public String toString() {
        return "ConcurrencyLimit[" + requests + " at once by " + key + (queue == 0 ? "" : ", " + queue + " wait") + ']';
    }
}
