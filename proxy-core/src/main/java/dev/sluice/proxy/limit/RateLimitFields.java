package dev.sluice.proxy.limit;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.limit.Counters.Grant;
import dev.sluice.proxy.syntax.QuotedString;

/** The fields of draft-ietf-httpapi-ratelimit-headers-11 for one limit. */
final class RateLimitFields {
    /** The greatest integer of a structured field (RFC 9651 §3.3.1). */
    private static final long GREATEST = 999_999_999_999_999L;

    private final TokenBucket rule;
    private final String name;
    private final String policy;

    RateLimitFields(String name, TokenBucket rule) {
        this.rule = rule;
        this.name = QuotedString.of(name);
        long periodNanos = rule.period().toNanos();
        // §3.1.3: a window has whole seconds.
        long window = Nanos.wholeSeconds(periodNanos);
        long quota = (long) (window * 1e9 / periodNanos * rule.tokens());
        this.policy = this.name + ";q=" + Math.min(GREATEST, quota) + ";w=" + window;
    }

    /** The response, with the fields beside those that it has. */
    ProxyResponse added(ProxyResponse response, Grant grant) {
        Headers.Builder headers = response.headers().toBuilder();
        add(headers, grant);
        return response.toBuilder().headers(headers.build()).build();
    }

    /**
     * Adds the fields. §8.5: who divides what is available by the window must get no higher rate than the rule's, so the
     * window is as long as it takes for that number to come back. §6: it ends no later than {@code Retry-After}.
     */
    void add(Headers.Builder headers, Grant grant) {
        long available = grant.taken() ? Math.min(GREATEST, grant.left()) : 0;
        long windowNanos = grant.taken() ? rule.nanosFor(Math.max(1, available)) : grant.waitNanos();
        headers.add("RateLimit-Policy", policy);
        headers.add("RateLimit", name + ";r=" + available + ";t=" + Nanos.wholeSeconds(windowNanos));
    }
}
