package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.limit.Counters.Grant;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many requests of each key go through in a time: a {@linkplain TokenBucket token bucket} for each. A request above it
 * is refused with 429 (RFC 6585 §4), and {@code Retry-After} says when the next one may come. By default the key is the
 * client: its IPv4 address, or its IPv6 network of 64 bits.
 *
 * <pre>{@code
 * ProxyServer.builder().addFilter(RateLimit.perSecond(100).withBurst(200));
 * Route.path("/api/**").addFilter(RateLimit.perMinute(600).withKey(RequestKey.principal()));
 * }</pre>
 *
 * <p>Around a server or a route, it counts requests; around an upstream ({@code Upstream.with}), attempts. The time is that
 * of the exchange. One object counts for all the places that it is added to; a copy made by {@code with…} counts for
 * itself. It stands where its key is known: before authentication, unless the key needs the principal. Immutable but for
 * its counters, and safe for use by many threads.
 */
public final class RateLimit implements ProxyFilter {
    private static final String NAME = "default";

    private final TokenBucket rule;
    private final CountedKey key;
    private final ToIntFunction<ProxyRequest> cost;
    private final String name;
    private final @Nullable Counters given;
    private final NoCounters noCounters;
    private final Counters own;
    private final @Nullable AskedCounters asked;
    private final @Nullable RateLimitFields fields;
    private final LongAdder refused = new LongAdder();

    private RateLimit(
            TokenBucket rule,
            CountedKey key,
            ToIntFunction<ProxyRequest> cost,
            String name,
            @Nullable Counters given,
            NoCounters noCounters,
            boolean draft11Fields) {
        this.rule = rule;
        this.key = key;
        this.cost = cost;
        this.name = Require.name("rate limit name", name);
        if (given != null && name.indexOf(':') >= 0) {
            // It ends with the first colon in the keys of counters, so that no key of one limit is one of another.
            throw new IllegalArgumentException("rate limit name must have no colon with counters of your own: " + name);
        }
        this.given = given;
        this.noCounters = Objects.requireNonNull(noCounters, "no counters");
        this.own = Counters.inMemory(Counters.DEFAULT_KEYS);
        this.asked = given == null ? null : new AskedCounters(given, noCounters, name);
        this.fields = draft11Fields ? new RateLimitFields(name, rule) : null;
    }

    /** The same as {@code of(count, one second)}. */
    public static RateLimit perSecond(int count) {
        return of(count, Duration.ofSeconds(1));
    }

    /** The same as {@code of(count, one minute)}. */
    public static RateLimit perMinute(int count) {
        return of(count, Duration.ofMinutes(1));
    }

    /**
     * This number of requests in a time, and as many at once.
     *
     * @throws IllegalArgumentException as {@link TokenBucket} does
     */
    public static RateLimit of(int count, Duration period) {
        TokenBucket rule = new TokenBucket(count, period, count);
        return new RateLimit(rule, CountedKey.CLIENT, request -> 1, NAME, null, NoCounters.LOCAL, false);
    }

    /**
     * The same, with another number that may come at once; by default, that of the whole time.
     *
     * @throws IllegalArgumentException as {@link TokenBucket} does
     */
    public RateLimit withBurst(int count) {
        TokenBucket changed = new TokenBucket(rule.tokens(), rule.period(), count);
        return new RateLimit(changed, key, cost, name, given, noCounters, fields != null);
    }

    /** The same by another key; by default, by the client's address of IPv4 or its 64 bits of IPv6. */
    public RateLimit withKey(RequestKey key) {
        return new RateLimit(rule, this.key.by(key), cost, name, given, noCounters, fields != null);
    }

    /** The same with another rule for requests without the key; {@link NoKey#SHARED} by default. */
    public RateLimit withNoKey(NoKey what) {
        return new RateLimit(rule, key.without(what), cost, name, given, noCounters, fields != null);
    }

    /**
     * The same, where some requests count for more than one; 1 by default. One that costs 0 is neither counted nor refused.
     * One that costs more than the burst costs the burst. The function must not block. It must not give a negative number:
     * then the request fails with 500.
     */
    public RateLimit withCost(ToIntFunction<ProxyRequest> cost) {
        return new RateLimit(rule, key, Objects.requireNonNull(cost, "cost"), name, given, noCounters, fields != null);
    }

    /**
     * The same with a name, for logs, fields and the keys of shared counters; {@code default} by default.
     *
     * @throws IllegalArgumentException if it is empty, or not printable ASCII, or has a colon and there are other {@link
     *     #withCounters counters}; the message shows it
     */
    public RateLimit withName(String name) {
        return new RateLimit(rule, key, cost, name, given, noCounters, fields != null);
    }

    /**
     * The same with these counters; its own in memory by default, for {@link Counters#DEFAULT_KEYS}. Limits that share
     * counters need different names.
     */
    public RateLimit withCounters(Counters counters) {
        return new RateLimit(
                rule, key, cost, name, Objects.requireNonNull(counters, "counters"), noCounters, fields != null);
    }

    /**
     * The same with another rule for when the {@link #withCounters counters} cannot be asked; {@link NoCounters#LOCAL} by
     * default. The record says so, and the log once a minute.
     */
    public RateLimit withNoCounters(NoCounters what) {
        return new RateLimit(rule, key, cost, name, given, what, fields != null);
    }

    /**
     * The same, and whether responses tell the client of the limit, in the fields {@code RateLimit-Policy} and {@code
     * RateLimit} of draft-ietf-httpapi-ratelimit-headers-11; false by default, as it is a draft. What an origin says in
     * these fields stays, beside it. The {@code r} and {@code t} of {@code RateLimit} never promise more than the rule: who
     * sends {@code r} requests within {@code t} seconds keeps to it, also as a reader of drafts 08 to 10.
     */
    public RateLimit withDraft11Fields(boolean on) {
        return new RateLimit(rule, key, cost, name, given, noCounters, on);
    }

    /** The rule of each key. */
    public TokenBucket rule() {
        return rule;
    }

    /** What it has refused so far, here and at all other places that it is added to. */
    public LimitStatistics statistics() {
        return LimitStatistics.of(refused.sum());
    }

    /** Where the key is known: before or after authentication. */
    @Override
    public Stage stage() {
        return key.stage();
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        String counted = key.of(request);
        int count = cost.applyAsInt(request);
        if (counted == null || count == 0) {
            return next.handle(request);
        }
        Require.positive("cost of a request", count);
        Grant grant = take(counted, Math.min(count, rule.burst()), request.exchange());
        if (!grant.taken()) {
            refused.increment();
            throw refused(grant);
        }
        ProxyResponse response = next.handle(request);
        return fields == null ? response : fields.added(response, grant);
    }

    private Grant take(String counted, long count, Exchange exchange) throws IOException, InterruptedException {
        return asked == null
                ? own.take(counted, rule, count, exchange.time())
                : asked.take(counted, rule, count, exchange);
    }

    private ProxyException refused(Grant grant) {
        Headers.Builder answer = Headers.builder().add("Retry-After", "" + Nanos.wholeSeconds(grant.waitNanos()));
        if (fields != null) {
            fields.add(answer, grant);
        }
        return ProxyException.refused(
                Outcome.OVERLOADED,
                429,
                "too many requests",
                "limit \"" + name + "\" of " + rule + ", by " + key,
                answer.build());
    }

    /** The rule, and by what it counts. */
    @Override
    public String toString() {
        return "RateLimit[" + name + ": " + rule + ", by " + key + ']';
    }
}
