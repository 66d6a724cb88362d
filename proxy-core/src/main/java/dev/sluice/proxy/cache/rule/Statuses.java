package dev.sluice.proxy.cache.rule;

import java.util.Set;

/** What statuses mean to a cache (RFC 9110 §15). */
public final class Statuses {
    /** RFC 9110 §15.1. */
    private static final Set<Integer> HEURISTIC = Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);

    /** Those whose rules for caches are kept here; with 206 and 304 never stored, those are as if not understood. */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409,
            410, 411, 413, 414, 415, 417, 422, 426, 500, 501, 502, 503, 504, 505);

    /**
     * Those that answer a condition, a range or a connection and not the target (RFC 9110 §15.3.7, §15.4.5, §15.5.8,
     * §15.5.13, §15.5.17, §15.5.20; RFC 8470 §5.2), and those that must not be stored (RFC 6585 §3-6).
     */
    private static final Set<Integer> NEVER_STORED = Set.of(206, 304, 407, 412, 416, 421, 425, 428, 429, 431, 511);

    /**
     * Those that say what is wrong with a request, or with its client. Anybody can get them by a field that the key does
     * not have, and for others the response is as it was (RFC 9110 §15.5, RFC 6585, RFC 8470 §5.2).
     */
    private static final Set<Integer> OF_REQUEST =
            Set.of(400, 405, 406, 407, 408, 411, 412, 413, 414, 415, 416, 417, 421, 422, 425, 426, 428, 429, 431);

    private Statuses() {}

    /** Returns whether it is about the request, and says nothing about the target. */
    public static boolean isOfRequest(int status) {
        return OF_REQUEST.contains(status);
    }

    static boolean isHeuristic(int status) {
        return HEURISTIC.contains(status);
    }

    static boolean isUnderstood(int status) {
        return UNDERSTOOD.contains(status);
    }

    /** Returns whether no response with it is stored whole. */
    public static boolean isNeverStored(int status) {
        return NEVER_STORED.contains(status);
    }
}
