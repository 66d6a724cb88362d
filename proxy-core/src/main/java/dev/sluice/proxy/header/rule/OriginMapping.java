package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Authority;
import org.jspecify.annotations.Nullable;

/**
 * The same place for the client and for the origin. In a request's path {@code publicPrefix} is replaced by {@code
 * originPrefix}; in the origin's paths it is the other way. Immutable.
 *
 * @param publicScheme {@code http} or {@code https}, as used by the client
 * @param publicAuthority the client's authority, or null if it named none
 * @param publicPrefix the prefix removed from the path, or empty; a slash at the end does not count
 * @param originScheme {@code http} or {@code https}, for the chosen upstream
 * @param originAuthority the chosen upstream's, or null for one that is not on the network
 * @param originPrefix the prefix added to the path, or empty; a slash at the end does not count
 */
public record OriginMapping(
        String publicScheme,
        @Nullable Authority publicAuthority,
        String publicPrefix,
        String originScheme,
        @Nullable Authority originAuthority,
        String originPrefix) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a prefix is neither empty nor begins with a slash; the message shows it
     */
    public OriginMapping {
        publicPrefix = prefix("publicPrefix", publicPrefix);
        originPrefix = prefix("originPrefix", originPrefix);
    }

    /** The client's path for a path at the origin; one that is not below {@code originPrefix} stays as it is. */
    public String publicPath(String originPath) {
        if (!isBelow(originPath, originPrefix)) {
            return originPath;
        }
        String path = publicPrefix + originPath.substring(originPrefix.length());
        return path.isEmpty() ? "/" : path;
    }

    /**
     * The client's path for the {@code Path} of a cookie. A path already below {@code publicPrefix} stays, as it comes
     * from an origin that knows where it is mounted. A path above {@code originPrefix} means everything that the client
     * can see of it.
     */
    String publicCookiePath(String path) {
        if (publicPrefix.equals(originPrefix)) {
            return path;
        }
        if (isBelow(path, originPrefix) && !(originPrefix.isEmpty() && isMounted(path))) {
            // "/app/" would not match a request for "/app" (RFC 6265 §5.1.4).
            String rest = path.substring(originPrefix.length());
            return orSlash(publicPrefix + (rest.equals("/") ? "" : rest));
        }
        return isBelow(originPrefix, path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
                ? orSlash(publicPrefix)
                : path;
    }

    private boolean isMounted(String path) {
        return !publicPrefix.isEmpty() && isBelow(path, publicPrefix);
    }

    private static boolean isBelow(String path, String prefix) {
        return path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }

    private static String orSlash(String path) {
        return path.isEmpty() ? "/" : path;
    }

    private static String prefix(String name, String prefix) {
        String trimmed = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (!trimmed.isEmpty() && !trimmed.startsWith("/")) {
            throw new IllegalArgumentException(name + " must begin with a slash or be empty: \"" + prefix + "\"");
        }
        return trimmed;
    }
}
