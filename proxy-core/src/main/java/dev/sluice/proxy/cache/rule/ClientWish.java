package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.CacheControl;
import dev.sluice.proxy.cache.field.Seconds;

/**
 * What the directives of a request ask a cache for (RFC 9111 §5.2.1). A malformed {@code max-age} is 0, a malformed
 * {@code min-fresh} is never met, and a malformed {@code max-stale} allows nothing. Immutable.
 */
public final class ClientWish {
    private static final ClientWish NONE = new ClientWish(CacheControl.of(Headers.empty()), false, false);

    private final boolean noCache;
    private final boolean noStore;
    private final boolean onlyIfCached;
    private final long maxAge;
    private final long minFresh;
    private final long maxStale;

    private ClientWish(CacheControl directives, boolean pragma, boolean obeyMaxStale) {
        this.noCache = directives.has("no-cache") || pragma;
        this.noStore = directives.has("no-store");
        this.onlyIfCached = directives.has("only-if-cached");
        this.maxAge = millis(directives.seconds("max-age"));
        this.minFresh = millis(directives.minSeconds("min-fresh"));
        this.maxStale = obeyMaxStale ? maxStale(directives) : Seconds.NONE;
    }

    /** That of a request; nothing if the policy ignores what requests say. */
    public static ClientWish of(Headers request, Policy policy) {
        if (policy.ignoreRequest()) {
            return NONE;
        }
        boolean hasControl = request.has("Cache-Control");
        if (!hasControl && !request.has("Pragma")) {
            return NONE;
        }
        // RFC 9111 §5.4: for caches that do not know Cache-Control, so it counts only without it.
        boolean pragma = !hasControl && request.hasToken("Pragma", "no-cache");
        return new ClientWish(CacheControl.of(request), pragma, policy.obeyMaxStale());
    }

    /** Without a number, a response of any age will do (RFC 9111 §5.2.1.2); one that is malformed allows nothing. */
    private static long maxStale(CacheControl directives) {
        return directives.allows("max-stale") ? Long.MAX_VALUE : millis(directives.seconds("max-stale"));
    }

    private static long millis(long seconds) {
        return seconds < 0 ? Seconds.NONE : 1000 * seconds;
    }

    /** Returns whether only a validated response will do (RFC 9111 §5.2.1.4). */
    public boolean noCache() {
        return noCache;
    }

    /** Returns whether nothing will do that has been asked for before, as even a fresh response has to be validated. */
    public boolean refusesAll() {
        return noCache || !acceptsAge(0);
    }

    /** Returns whether the answer must not be stored (RFC 9111 §5.2.1.5). */
    public boolean noStore() {
        return noStore;
    }

    /** Returns whether only a stored response will do: without one the answer is 504 (RFC 9111 §5.2.1.7). */
    public boolean onlyIfCached() {
        return onlyIfCached;
    }

    /** Returns whether it refuses stale responses but for its own {@code max-stale}: it limits the age (RFC 9111 §5.2.1.1). */
    boolean refusesStale() {
        return maxAge >= 0 || minFresh >= 0;
    }

    /**
     * Returns whether a response of this age is young enough. None is for {@code max-age=0}; {@code max-stale} is added to
     * the limit, as it is to a lifetime.
     */
    boolean acceptsAge(long millis) {
        return maxAge < 0 || (maxStale < 0 ? maxAge > 0 && millis <= maxAge : millis - maxStale <= maxAge);
    }

    /** Returns whether a response that is fresh for this much longer is fresh enough (RFC 9111 §5.2.1.3). */
    boolean acceptsRest(long millis) {
        return minFresh < 0 || millis >= minFresh;
    }

    /** Returns whether a response that has been stale for so long will do. */
    boolean acceptsStale(long millis) {
        return maxStale >= 0 && millis <= maxStale;
    }
}
