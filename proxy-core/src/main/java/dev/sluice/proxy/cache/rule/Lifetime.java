package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.Dates;
import dev.sluice.proxy.cache.field.Seconds;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a response is fresh (RFC 9111 §4.2.1, §4.2.2).
 *
 * @param millis 0 or more
 * @param source where it comes from
 */
record Lifetime(long millis, Source source) {
    /** Where a lifetime comes from, the strongest first. */
    enum Source {
        POLICY,
        S_MAXAGE,
        MAX_AGE,
        EXPIRES,
        HEURISTIC,
        /** Nothing says how long, so it is stale from the beginning. */
        NONE
    }

    private static final Lifetime UNKNOWN = new Lifetime(0, Source.NONE);
    private static final long MAX_MILLIS = 1000 * Seconds.MAX;

    static Lifetime of(int status, Headers response, Instant responseAt, Control control, Policy policy) {
        Lifetime said = said(status, response, responseAt, control, policy);
        Duration max = policy.maxLifetime(status);
        return max == null || said.millis <= millis(max) ? said : new Lifetime(millis(max), said.source);
    }

    private static Lifetime said(int status, Headers response, Instant responseAt, Control control, Policy policy) {
        Duration chosen = policy.lifetime(status);
        if (chosen != null) {
            return new Lifetime(millis(chosen), Source.POLICY);
        }
        long shared = control.directives().seconds("s-maxage");
        if (shared >= 0) {
            return new Lifetime(1000 * shared, Source.S_MAXAGE);
        }
        long own = control.directives().seconds("max-age");
        if (own >= 0) {
            return new Lifetime(1000 * own, Source.MAX_AGE);
        }
        Instant made = date(response, responseAt);
        if (!control.targeted() && response.has("Expires")) {
            Instant expires = Dates.of(response, "Expires", responseAt);
            return new Lifetime(expires == null ? 0 : between(made, expires), Source.EXPIRES);
        }
        Duration longest = policy.maxHeuristic();
        return longest == null ? UNKNOWN : heuristic(status, response, made, control, longest);
    }

    /** RFC 9110 §6.6.1: without a date, the time of its receipt. */
    static Instant date(Headers response, Instant responseAt) {
        Instant date = Dates.of(response, "Date", responseAt);
        return date == null ? responseAt : date;
    }

    /** A response that sets a cookie was made for one client, and only its origin can say that others may have it. */
    private static Lifetime heuristic(int status, Headers response, Instant made, Control control, Duration longest) {
        Instant modified = Dates.of(response, "Last-Modified", made);
        boolean allowed = Statuses.isHeuristic(status) || control.directives().allows("public");
        if (modified == null || !allowed || response.has("Set-Cookie")) {
            return UNKNOWN;
        }
        return new Lifetime(Math.min(between(modified, made) / 10, millis(longest)), Source.HEURISTIC);
    }

    private static long between(Instant from, Instant to) {
        return Math.max(0, Math.min(MAX_MILLIS, to.toEpochMilli() - from.toEpochMilli()));
    }

    static long millis(Duration time) {
        return time.compareTo(Duration.ofMillis(MAX_MILLIS)) > 0 ? MAX_MILLIS : time.toMillis();
    }
}
