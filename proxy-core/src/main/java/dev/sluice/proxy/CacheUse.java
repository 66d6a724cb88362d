package dev.sluice.proxy;

import org.jspecify.annotations.Nullable;

/**
 * What a cache did with a request, in the words of RFC 9211. Immutable.
 *
 * @param cache the name of the cache
 * @param hit whether the response came out of the cache, without a request to an origin
 * @param forward why the request went to an origin, or null if it did not: it is a hit, or the client forbade that it be
 *     forwarded, and nothing is stored
 * @param forwardStatus the status of the origin's response, or 0 if there was none
 * @param ttlSeconds how long the response is still fresh, negative if it is stale; null if it has no such time
 * @param stored whether the response that came is being stored
 * @param collapsed whether the request waited for another one's response instead of being sent itself
 * @param key what it is stored under, or null
 * @param detail more, in a few words, such as why a response is not stored; or null
 */
public record CacheUse(
        String cache,
        boolean hit,
        @Nullable Forward forward,
        int forwardStatus,
        @Nullable Long ttlSeconds,
        boolean stored,
        boolean collapsed,
        @Nullable String key,
        @Nullable String detail) {
    /** Why a request went to an origin (RFC 9211 §2.2). */
    public enum Forward {
        /** A rule of yours, such as a predicate. */
        BYPASS("bypass"),
        /** The method. */
        METHOD("method"),
        /** Nothing was stored under the key. */
        URI_MISS("uri-miss"),
        /** What was stored under the key was for requests with other fields. */
        VARY_MISS("vary-miss"),
        /** Nothing was stored that could be used. */
        MISS("miss"),
        /** Directives of the request. */
        REQUEST("request"),
        /** What was stored was stale. */
        STALE("stale"),
        /** Only a part of it was asked for, and it was not stored. */
        PARTIAL("partial");

        private final String text;

        Forward(String text) {
            this.text = text;
        }

        /** The word of RFC 9211, such as {@code uri-miss}. */
        public String text() {
            return text;
        }
    }

    /** In one word, for logs: {@code hit}, {@code stale-hit}, {@code none}, or why it was forwarded. */
    public String summary() {
        if (!hit) {
            return forward == null ? "none" : forward.text();
        }
        return ttlSeconds != null && ttlSeconds < 0 ? "stale-hit" : "hit";
    }

    /** The summary and what goes with it. */
    @Override
    public String toString() {
        return "cache " + cache + ": " + summary()
                + (forwardStatus == 0 ? "" : ", origin's status " + forwardStatus)
                + freshness()
                + (stored ? ", stored" : "")
                + (collapsed ? ", collapsed" : "")
                + (detail == null ? "" : ", " + detail);
    }

    private String freshness() {
        if (ttlSeconds == null) {
            return "";
        }
        return ttlSeconds < 0 ? ", stale for " + -ttlSeconds + " s" : ", fresh for " + ttlSeconds + " s";
    }
}
