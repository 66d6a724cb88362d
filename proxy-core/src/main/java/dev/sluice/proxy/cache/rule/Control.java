package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.CacheControl;
import dev.sluice.proxy.cache.field.TargetedControl;
import java.util.HashSet;
import java.util.Set;

/**
 * The directives of a response that count here.
 *
 * @param directives those of the first targeted field, or of {@code Cache-Control}
 * @param targeted whether they are of a targeted field: then {@code Expires} does not count either (RFC 9213 §2.2)
 */
record Control(CacheControl directives, boolean targeted) {
    static Control of(Headers response, Policy policy) {
        CacheControl targeted = TargetedControl.of(response, policy.targets());
        return targeted == null ? new Control(CacheControl.of(response), false) : new Control(targeted, true);
    }

    /** The fields in lower case that are not stored (RFC 9111 §5.2.2.4, §5.2.2.7). */
    Set<String> unstoredFields() {
        Set<String> ofNoCache = directives.names("no-cache");
        Set<String> ofPrivate = directives.names("private");
        if (ofNoCache.isEmpty() || ofPrivate.isEmpty()) {
            return ofNoCache.isEmpty() ? ofPrivate : ofNoCache;
        }
        Set<String> both = new HashSet<>(ofNoCache);
        both.addAll(ofPrivate);
        return both;
    }

    /** Returns whether a shared cache may use a response to an authenticated request for others (RFC 9111 §3.5). */
    boolean sharesAuthorized() {
        return directives.allows("public")
                || directives.allows("must-revalidate")
                || directives.seconds("s-maxage") > 0;
    }

    /** Returns whether stale responses are forbidden, whatever else allows them (RFC 9111 §4.2.4). */
    boolean forbidsStale() {
        return directives.has("must-revalidate")
                || directives.has("proxy-revalidate")
                || directives.hasWhole("no-cache");
    }

    boolean hasSharedAge() {
        return directives.has("s-maxage");
    }
}
