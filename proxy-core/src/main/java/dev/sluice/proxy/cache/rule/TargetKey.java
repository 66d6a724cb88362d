package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.RequestTarget;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The key that a target's responses are stored under: a URL with the host in lower case, without a default port (RFC 9110
 * §4.2.3). Two targets have the same key only if they name the same: a path has no question mark, and an authority no
 * slash.
 */
public final class TargetKey {
    private TargetKey() {}

    /** The key with the query as it is. */
    public static String of(RequestTarget target) {
        return of(target, QueryRule.ALL);
    }

    /** The key with what belongs to it of the query. */
    public static String of(RequestTarget target, QueryRule rule) {
        StringBuilder key = new StringBuilder(64).append(target.scheme()).append("://");
        append(target.authority(), target.scheme(), key);
        key.append(target.path());
        String query = rule.of(target.query());
        return query == null ? key.toString() : key.append('?').append(query).toString();
    }

    private static void append(@Nullable Authority authority, String scheme, StringBuilder key) {
        if (authority == null) {
            return;
        }
        boolean needless = authority.port() < 0 || authority.port() == (scheme.equals("https") ? 443 : 80);
        key.append(needless && authority.port() >= 0 ? new Authority(authority.host(), -1) : authority);
    }

    /**
     * The key of a URL with scheme and authority, as a purge names it; its fragment does not count.
     *
     * @throws IllegalArgumentException if it is no such URL; the message shows it
     */
    public static String of(String url, QueryRule rule) {
        int fragment = url.indexOf('#');
        String whole = fragment < 0 ? url : url.substring(0, fragment);
        String scheme = whole.toLowerCase(Locale.ROOT);
        if (!scheme.startsWith("http://") && !scheme.startsWith("https://")) {
            throw new IllegalArgumentException("not an http or https URL, with scheme and host: \"" + url + "\"");
        }
        try {
            return of(RequestTarget.parse("GET", whole, "http", null), rule);
        } catch (ProxyException malformed) {
            throw new IllegalArgumentException(
                    "not a URL that clients ask for: \"" + url + "\": " + malformed.getMessage(), malformed);
        }
    }
}
