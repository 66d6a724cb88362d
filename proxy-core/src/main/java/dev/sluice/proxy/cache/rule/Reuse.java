package dev.sluice.proxy.cache.rule;

import java.time.Instant;

/** Whether a stored response may be used for a request, and why, or why not (RFC 9111 §4). */
public enum Reuse {
    /** It is fresh. */
    FRESH(true),
    /** It is stale, which the client accepts (RFC 9111 §5.2.1.2). */
    MAX_STALE(true),
    /** It is stale, and may be used while it is refreshed (RFC 5861 §3). */
    WHILE_REVALIDATING(true),
    /** It is stale, and the user allows its use while it is refreshed. */
    GRACE(true),
    /** It is stale. */
    STALE(false),
    /** Each use needs a validation (RFC 9111 §5.2.2.4). */
    NO_CACHE(false),
    /** The client asks for a validation. */
    CLIENT_NO_CACHE(false),
    /** It is too old for the client (RFC 9111 §5.2.1.1). */
    CLIENT_MAX_AGE(false),
    /** It is not fresh for long enough for the client (RFC 9111 §5.2.1.3). */
    CLIENT_MIN_FRESH(false);

    private final boolean usable;

    Reuse(boolean usable) {
        this.usable = usable;
    }

    /** Returns whether it may be used without a validation. */
    public boolean isUsable() {
        return usable;
    }

    /** Returns whether its use is stale, and a refresh in the background is due. */
    public boolean needsRefresh() {
        return this == WHILE_REVALIDATING || this == GRACE;
    }

    /** Returns whether it is fresh, and only the client does not accept it: {@code fwd=request} (RFC 9211 §2.2). */
    public boolean isOfClient() {
        return this == CLIENT_NO_CACHE || this == CLIENT_MAX_AGE || this == CLIENT_MIN_FRESH;
    }

    /** Decides for a response that the request selects. */
    public static Reuse of(ClientWish client, Facts stored, Instant now) {
        if (stored.noCache()) {
            return NO_CACHE;
        }
        if (stored.isFresh(now)) {
            return fresh(client, stored, now);
        }
        return client.noCache() ? STALE : stale(client, stored, now);
    }

    private static Reuse fresh(ClientWish client, Facts stored, Instant now) {
        long age = stored.ageMillis(now);
        if (client.noCache()) {
            return CLIENT_NO_CACHE;
        }
        if (!client.acceptsAge(age)) {
            return CLIENT_MAX_AGE;
        }
        return client.acceptsRest(stored.lifetimeMillis() - age) ? FRESH : CLIENT_MIN_FRESH;
    }

    private static Reuse stale(ClientWish client, Facts stored, Instant now) {
        long stale = stored.staleMillis(now);
        boolean accepted = client.acceptsStale(stale) && client.acceptsAge(stored.ageMillis(now));
        if (accepted && !stored.isStaleForbidden() && !stored.isPurged()) {
            return MAX_STALE;
        }
        if (client.refusesStale()) {
            return STALE;
        }
        if (stored.allowsRefresh(stale)) {
            return WHILE_REVALIDATING;
        }
        return stored.allowsGrace(stale) ? GRACE : STALE;
    }

    /** Returns whether an answer with this status is a failure of the origin (RFC 5861 §4). */
    public static boolean isFailure(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /**
     * Returns whether it may be used, stale or not, as the origin has failed when asked: within the time that the
     * response or the user allows, and never against a directive that forbids it (RFC 9111 §4.2.4). A client that said
     * {@code no-cache} gets the failure.
     */
    public static boolean mayServeOnError(ClientWish client, Facts stored, Instant now) {
        return !client.noCache() && stored.allowsError(stored.staleMillis(now));
    }
}
