package dev.sluice.proxy.path;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.syntax.Hex;
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
    private static final String UNRESERVED_MARKS = "-._~";
    /** The characters of a segment beside unreserved ones and escapes (RFC 3986 §3.3). */
    private static final String SEGMENT_MARKS = "!$&'()*+,;=:@";

    /** By character: whether it may stand in a segment, and needs no second look there. */
    private static final boolean[] PLAIN = new boolean[128];

    static {
        for (char c = 0; c < PLAIN.length; c++) {
            PLAIN[c] = isSegmentCharacter(c) && c != ';';
        }
    }

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
            to = endOfSegment(raw, from);
            String segment = raw.substring(from, to);
            if (segment.equals(".") || segment.equals("..")) {
                dotSegments = true;
                if (segment.length() == 2) {
                    path.setLength(Math.max(path.lastIndexOf("/"), 0));
                }
                // A dot segment at the end names a directory (RFC 3986 §5.2.4).
                path.append(to == raw.length() ? "/" : "");
            } else {
                path.append('/').append(normal(segment));
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

    /** The index of the slash that ends the segment which begins at {@code from}, or the path's length. */
    static int endOfSegment(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    /** Returns whether {@code c} may stand in a segment of a path by itself, without an escape (RFC 3986 §3.3). */
    public static boolean isSegmentCharacter(char c) {
        return isUnreserved(c) || SEGMENT_MARKS.indexOf(c) >= 0;
    }

    /** A quick check whether a path has only one reading, itself: true for most such paths, but false for some. */
    private static boolean isPlain(String path) {
        boolean afterSlash = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean slash = c == '/';
            boolean special = afterSlash && (slash || c == '.');
            if (special || !(slash || (c < PLAIN.length && PLAIN[c]))) {
                return false;
            }
            afterSlash = slash;
        }
        return true;
    }

    /** A segment in normal form. */
    static String normal(String segment) throws ProxyException {
        StringBuilder normal = new StringBuilder(segment.length() + 8);
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            boolean escaped = c == '%';
            if (escaped) {
                c = unescape(segment, i);
                i += 2;
                append(normal, c, isUnreserved(c));
            } else {
                append(normal, c, isSegmentCharacter(c));
            }
            if (c == 0 || (c == '\\' && !escaped) || c > 0xff) {
                throw refused(c == 0 ? "a NUL in the path" : "a character in the path that is not allowed");
            }
        }
        requireNoHiddenDots(normal);
        return normal.toString();
    }

    private static char unescape(String segment, int at) throws ProxyException {
        int c = Hex.pair(segment, at + 1);
        if (c < 0) {
            throw refused("a broken percent-escape in the path");
        }
        return (char) c;
    }

    private static void append(StringBuilder normal, char c, boolean asItIs) {
        if (asItIs) {
            normal.append(c);
        } else {
            String digits = "0123456789ABCDEF";
            normal.append('%').append(digits.charAt(c >> 4 & 15)).append(digits.charAt(c & 15));
        }
    }

    /**
     * Refuses dots that only some servers see: those that decode slashes, or cut off parameters, before they resolve.
     */
    private static void requireNoHiddenDots(StringBuilder segment) throws ProxyException {
        if (segment.indexOf(".") < 0) {
            return;
        }
        for (String piece : segment.toString().replace("%5C", "%2F").split("%2F", -1)) {
            String name = PathReadings.withoutParameters(piece);
            if (name.equals(".") || name.equals("..")) {
                throw refused("an ambiguous dot segment in the path");
            }
        }
    }

    private static boolean isUnreserved(char c) {
        return within(c, 'a', 'z') || within(c, 'A', 'Z') || within(c, '0', '9') || UNRESERVED_MARKS.indexOf(c) >= 0;
    }

    private static boolean within(char c, char first, char last) {
        return c >= first && c <= last;
    }

    private static ProxyException refused(String detail) {
        return ProxyException.refused(Outcome.BAD_REQUEST, detail);
    }
}
