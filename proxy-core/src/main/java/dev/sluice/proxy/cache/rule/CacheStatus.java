package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.cache.field.StructuredFields;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.QuotedString;
import org.jspecify.annotations.Nullable;

/**
 * One member of {@code Cache-Status} (RFC 9211): what a cache did with a request. It is a field line of its own, after
 * those of the origin's caches, which stay (§2). A response that has nothing to do with what is stored gets none.
 */
public final class CacheStatus {
    private CacheStatus() {}

    /**
     * The member, such as {@code cache; fwd=stale; fwd-status=304; ttl=60}. What has a meaning only beside {@code fwd} is
     * left out of a hit.
     *
     * @param cache the name of the cache
     * @param forward why the request went on, in a word of §2.2; null for a hit
     * @param forwardStatus what the next server answered (§2.3), or 0 if it did not, or that is the status of the response
     * @param ttl for how many seconds the response stays fresh here, negative if it is stale (§2.4); or null
     * @param stored whether the answer of the next server is stored (§2.5)
     * @param collapsed whether the request waited for the answer to another one (§2.6)
     * @param key what the response is stored under (§2.7), or null
     * @param detail what else there is to say (§2.8), or null
     */
    public static String text(
            String cache,
            @Nullable String forward,
            int forwardStatus,
            @Nullable Long ttl,
            boolean stored,
            boolean collapsed,
            @Nullable String key,
            @Nullable String detail) {
        StringBuilder text = new StringBuilder(word(cache));
        if (forward == null) {
            text.append("; hit").append(ttl == null ? "" : "; ttl=" + ttl);
        } else {
            text.append("; fwd=").append(forward);
            text.append(forwardStatus == 0 ? "" : "; fwd-status=" + forwardStatus);
            text.append(ttl == null ? "" : "; ttl=" + ttl);
            text.append(stored ? "; stored" : "").append(collapsed ? "; collapsed" : "");
        }
        text.append(key == null ? "" : "; key=" + string(key));
        text.append(detail == null ? "" : "; detail=" + word(detail));
        return text.toString();
    }

    /** A token, or a string of what is none. */
    private static String word(String text) {
        return StructuredFields.isToken(text) ? text : string(text);
    }

    private static String string(String text) {
        return QuotedString.of(Printable.of(text));
    }
}
