package dev.sluice.proxy.path;

import dev.sluice.proxy.ProxyException;
import java.util.List;

/**
 * The path of a request in the one spelling that routes match on (RFC 3986 §6.2.2): escapes of unreserved characters
 * are decoded, characters that must be escaped are escaped, escapes have upper-case digits, and dot segments are
 * removed. Empty segments stay. An escaped slash stays escaped and separates nothing. Immutable.
 *
 * <p>Some servers merge empty segments, or read {@code %2F} and {@code %5C} as slashes, and then resolve dot segments
 * once more. These are the path's other {@linkplain #otherReadings readings}: a table of routes refuses a path whose
 * readings lead to different routes, as such a path could get around a route that guards.
 *
 * <p>Forms that no server needs, and that some read as dot segments, are always refused: an escaped one ({@code
 * %2e%2e}), one beside an escaped slash or backslash ({@code ..%2f}) or a parameter ({@code ..;}); and so are {@code
 * %00}, a backslash, and a broken escape.
 */
public final class RoutingPath {
    private final String raw;
    private final String path;
    private final boolean dotSegments;
    private final PathReadings readings;

    private RoutingPath(String raw, String path, boolean dotSegments, PathReadings readings) {
        this.raw = raw;
        this.path = path;
        this.dotSegments = dotSegments;
        this.readings = readings;
    }

    /**
     * Normalises the path of a request target, in whatever form; one that does not begin with a slash ({@code *})
     * stays as it is.
     *
     * @throws ProxyException if the path is always refused: BAD_REQUEST
     */
    public static RoutingPath of(String raw) throws ProxyException {
        if (!raw.startsWith("/") || isPlain(raw)) {
            return new RoutingPath(raw, raw, false, PathReadings.only(raw));
        }
        StringBuilder path = new StringBuilder(raw.length());
        boolean dotSegments = false;
        for (int from = 1, to; from <= raw.length(); from = to + 1) {
            to = PathSegment.end(raw, from);
            String segment = raw.substring(from, to);
            if (segment.equals(".") || segment.equals("..")) {
                dotSegments = true;
                if (segment.length() == 2) {
                    path.setLength(Math.max(path.lastIndexOf("/"), 0));
                }
                // A dot segment at the end names a directory (RFC 3986 §5.2.4).
                path.append(to == raw.length() ? "/" : "");
            } else {
                path.append('/').append(PathSegment.normal(segment));
            }
        }
        String normal = path.toString();
        return new RoutingPath(raw, normal, dotSegments, PathReadings.of(raw, normal));
    }

    /** The path as it was received. */
    public String raw() {
        return raw;
    }

    /** The path in its normal form. */
    public String path() {
        return path;
    }

    /**
     * The form that routes match first: the normal form without the parameters of its segments, so that {@code
     * /a;x=1/b} is {@code /a/b}. It has the same number of segments as {@link #outgoing()}.
     */
    public String reading() {
        return readings.first();
    }

    /**
     * Other servers' readings of the path, each in the same form as {@link #reading()} and different from it: with
     * empty segments merged, {@code %2F} and {@code %5C} decoded to slashes, and dot segments resolved after that.
     * Empty for most paths.
     *
     * @param literalSlashes leaves out those with decoded slashes, for a server that is known not to decode them
     */
    public List<String> otherReadings(boolean literalSlashes) {
        return readings.others(literalSlashes);
    }

    /**
     * The path after all these changes, which then replaces the received one: every server reads it in the same way.
     *
     * @param literalSlashes leaves {@code %2F} and {@code %5C} as they are
     * @throws ProxyException never, as this path was not refused
     */
    public RoutingPath normalized(boolean literalSlashes) throws ProxyException {
        return of(PathReadings.merged(raw, literalSlashes));
    }

    /** Returns whether the path was received in its normal form. */
    public boolean isNormal() {
        return raw.equals(path);
    }

    /**
     * The path to send on: the received one, byte for byte. With dot segments it is the normal form, as the received
     * one, after another prefix or to a server that resolves nothing, would name another place than the matched one.
     */
    public String outgoing() {
        return dotSegments ? path : raw;
    }

    /** The normal form. */
    @Override
    public String toString() {
        return path;
    }

    /** A quick check whether a path has only one reading, itself: true for most such paths, but false for some. */
    private static boolean isPlain(String path) {
        boolean afterSlash = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean slash = c == '/';
            boolean special = afterSlash && (slash || c == '.');
            if (special || !(slash || PathSegment.isPlain(c))) {
                return false;
            }
            afterSlash = slash;
        }
        return true;
    }
}
