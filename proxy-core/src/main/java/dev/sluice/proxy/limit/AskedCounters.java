package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.limit.Counters.Grant;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The counters that a user gives to a limit, and what happens if they cannot be asked. Safe for use by many threads. */
final class AskedCounters {
    private static final Logger LOG = LoggerFactory.getLogger(Counters.class);

    private final Counters given;
    private final NoCounters without;
    private final String limit;
    private final Counters local = Counters.inMemory(Counters.DEFAULT_KEYS);
    private final LogLimit lines = new LogLimit(1, TimeSource.system()::nanos);

    /** @param limit the name of the limit */
    AskedCounters(Counters given, NoCounters without, String limit) {
        this.given = given;
        this.without = without;
        this.limit = limit;
    }

    /** Takes tokens as {@link Counters#take} does. */
    Grant take(String key, TokenBucket rule, long count, Exchange exchange) throws IOException, InterruptedException {
        try {
            Grant grant = given.take(limit + ':' + key, rule, count, exchange.time());
            return Objects.requireNonNull(grant, "counters returned no grant");
        } catch (IOException | RuntimeException fault) {
            // For a client that has left, nothing needs to be decided.
            exchange.check();
            return instead(key, rule, count, exchange, fault);
        }
    }

    private Grant instead(String key, TokenBucket rule, long count, Exchange exchange, Exception fault)
            throws IOException, InterruptedException {
        String done = switch (without) {
            case LOCAL -> "counted in this process";
            case UNLIMITED -> "not limited";
            case REFUSED -> "refused";
        };
        lines.happened(times -> LOG.warn(
                "the counters of rate limit \"{}\" cannot be asked: requests are {}{}",
                limit,
                done,
                LogLimit.others(times),
                fault));
        String told = "rate limit \"" + limit + "\": its counters cannot be asked, " + done;
        exchange.notes().note(() -> told);
        return switch (without) {
            case LOCAL -> local.take(key, rule, count, exchange.time());
            case UNLIMITED -> new Grant(true, rule.burst() - count, 0);
            case REFUSED ->
                throw ProxyException.refused(
                        Outcome.OVERLOADED, "requests cannot be counted now", told + " (" + fault + ")");
        };
    }
}
