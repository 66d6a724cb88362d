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
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.RateBuckets;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.scope.ClientsChoice;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many failures each client has in a time, such as wrong keys, tokens and passwords: then its next request gets 429
 * (RFC 6585 §4) with {@code Retry-After}, and nobody is asked about it, right or wrong. A failure is an answer with 401,
 * 403 or 407, of the proxy or of an upstream, or with other {@link #withStatuses statuses}; and if the proxy shows another
 * page for it. What becomes of a request that a forward proxy has let in does not count. By default the client is its IPv4 address,
 * or its IPv6 network of 64 bits.
 *
 * <pre>{@code
 * ProxyServer.builder().addFilter(FailureLimit.perMinute(30));
 * }</pre>
 *
 * <p>It fades evenly, as in a {@link TokenBucket}. Requests that are in progress at once count when they fail: more of them
 * than are left are made up for afterwards, by a longer pause. Clients behind one proxy that you do not trust are one
 * address, and are refused together. There is room for {@link Counters#DEFAULT_KEYS} clients with failures, and none is
 * forgotten while it has any; further ones share some buckets, and the log says so. One object counts for all the places
 * that it is added to; a copy made by {@code with…} counts for itself. Safe for use by many threads.
 */
public final class FailureLimit implements ProxyFilter {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLimit.class);

    private final TokenBucket rule;
    private final CountedKey key;
    private final Set<Integer> statuses;
    private final long eachNanos;
    private final long wholeNanos;
    private final LogLimit lines = new LogLimit(1, TimeSource.system()::nanos);
    private final LongAdder refused = new LongAdder();
    private final RateBuckets failures = new RateBuckets(Counters.DEFAULT_KEYS, this::logSharing);

    private FailureLimit(TokenBucket rule, CountedKey key, Set<Integer> statuses) {
        this.rule = rule;
        this.key = key;
        this.statuses = statuses;
        this.eachNanos = rule.nanosFor(1);
        this.wholeNanos = rule.nanosFor(rule.burst());
    }

    /** The same as {@code of(count, one minute)}. */
    public static FailureLimit perMinute(int count) {
        return of(count, Duration.ofMinutes(1));
    }

    /**
     * This number of failures in a time.
     *
     * @throws IllegalArgumentException as {@link TokenBucket} does
     */
    public static FailureLimit of(int count, Duration period) {
        return new FailureLimit(new TokenBucket(count, period, count), CountedKey.CLIENT, Set.of(401, 403, 407));
    }

    /**
     * The same by another key; by default, by the client's address of IPv4 or its 64 bits of IPv6. Who chooses the key, such
     * as by a field, chooses whose failures are counted. With a key that needs the principal this stands behind
     * authentication, and does not see whom that refuses.
     */
    public FailureLimit withKey(RequestKey key) {
        return new FailureLimit(rule, this.key.by(key), statuses);
    }

    /** The same with another rule for requests without the key; {@link NoKey#SHARED} by default. */
    public FailureLimit withNoKey(NoKey what) {
        return new FailureLimit(rule, key.without(what), statuses);
    }

    /**
     * The same for answers with these statuses; 401, 403 and 407 by default. Name 404 too for those who look for what is
     * not there.
     *
     * @throws IllegalArgumentException if there is none, or one is not 400 to 599; the message shows it
     */
    public FailureLimit withStatuses(int... statuses) {
        if (statuses.length == 0) {
            throw new IllegalArgumentException("failure limit statuses must have at least one");
        }
        Set<Integer> all = new TreeSet<>();
        Arrays.stream(statuses).forEach(each -> all.add(Require.within("failure limit status", 400, 599, each)));
        return new FailureLimit(rule, key, Set.copyOf(all));
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
        if (counted == null) {
            return next.handle(request);
        }
        Exchange exchange = request.exchange();
        long waitNanos = failures.reserve(counted, 0, exchange.time().nanos()) + eachNanos - wholeNanos;
        if (waitNanos > 0) {
            refused.increment();
            throw ProxyException.refused(
                    Outcome.OVERLOADED,
                    429,
                    "too many failures",
                    "limit of " + rule + " of failures, by " + key,
                    Headers.of("Retry-After", "" + Nanos.wholeSeconds(waitNanos)));
        }
        try {
            ProxyResponse response = next.handle(request);
            count(counted, failed(exchange, response.status()), exchange);
            return response;
        } catch (IOException | RuntimeException failure) {
            count(counted, statuses.contains(ProxyException.of(failure).status()), exchange);
            throw failure;
        }
    }

    /** A page of your own may have another status than the failure that it is for. */
    private boolean failed(Exchange exchange, int status) {
        ProxyException failure = exchange.record().failure();
        return statuses.contains(status) || (failure != null && statuses.contains(failure.status()));
    }

    private void count(String counted, boolean failed, Exchange exchange) {
        // Else any page with some pictures of a host that refuses them would lock its readers out of a forward proxy.
        if (failed && exchange.get(ClientsChoice.class) == null) {
            failures.reserve(counted, eachNanos, exchange.time().nanos());
        }
    }

    private void logSharing() {
        lines.happened(times -> LOG.warn(
                "{} clients have failures: others share what is left until some have stopped{}",
                failures.room(),
                LogLimit.others(times)));
    }

    /** The rule, and by what it counts. */
    @Override
    public String toString() {
        return "FailureLimit[" + rule + ", by " + key + ']';
    }
}
