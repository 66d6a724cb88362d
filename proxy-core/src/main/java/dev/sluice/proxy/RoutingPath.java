package dev.sluice.proxy;

/**
 * The path of a request in the one spelling that routes match on (RFC 3986 §6.2.2): escapes of unreserved characters
 * are decoded, what can only stand escaped is escaped, escapes have upper-case digits, and dot segments are removed.
 * Empty segments stay. An escaped slash stays escaped and separates nothing. Immutable.
 *
 * <p>What servers are known to take for different paths is refused: an escaped dot segment ({@code %2e%2e}), one
 * beside an escaped slash ({@code ..%2f}) or a parameter ({@code ..;}), {@code %00}, a backslash, and a broken escape.
 */
public final class RoutingPath {
    private static final String UNRESERVED_MARKS = "-._~";
    /** What a segment may hold beside unreserved characters and escapes (RFC 3986 §3.3). */
    private static final String SEGMENT_MARKS = "!$&'()*+,;=:@";

    private final String raw;
    private final String path;
    private final boolean dotSegments;

    private RoutingPath(String raw, String path, boolean dotSegments) {
        this.raw = raw;
        this.path = path;
        this.dotSegments = dotSegments;
    }

    /**
     * Normalises the path of a request target, in whatever form; one that does not begin with a slash ({@code *})
     * stays as it is.
     *
     * @throws ProxyException if servers may take the path for different ones: BAD_REQUEST
     */
    public static RoutingPath of(String raw) throws ProxyException {
        if (!raw.startsWith("/") || isPlain(raw)) {
            return new RoutingPath(raw, raw, false);
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
        return new RoutingPath(raw, path.toString(), dotSegments);
    }

    /** The path as it was received. */
    public String raw() {
        return raw;
    }

    /** The path in its normal form. */
    public String path() {
        return path;
    }

    /** Tells whether the path was received in its normal form. */
    public boolean isNormal() {
        return raw.equals(path);
    }

    /**
     * The path to send on: the one received, byte for byte; but the normal form when there were dot segments, as with
     * a prefix put before it, or to a server that resolves nothing, it would name another place than the one that was
     * matched.
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
    private static int endOfSegment(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    /** Tells whether {@code c} may stand in a segment of a path by itself, without an escape (RFC 3986 §3.3). */
    public static boolean isSegmentCharacter(char c) {
        return isUnreserved(c) || SEGMENT_MARKS.indexOf(c) >= 0;
    }

    /** Tells at a glance that a path is normal: true for most, and false for some that are. */
    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '/' ? path.startsWith("/.", i) : !isSegmentCharacter(c)) {
                return false;
            }
        }
        return true;
    }

    private static String normal(String segment) throws ProxyException {
        StringBuilder normal = new StringBuilder(segment.length() + 8);
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                c = unescape(segment, i);
                i += 2;
                append(normal, c, isUnreserved(c));
            } else {
                append(normal, c, isSegmentCharacter(c));
            }
            if (c == 0 || c == '\\' || c > 0xff) {
                throw refused(c == 0 ? "a NUL in the path" : "a character in the path that is not allowed");
            }
        }
        requireNoHiddenDots(normal);
        return normal.toString();
    }

    private static char unescape(String segment, int at) throws ProxyException {
        int high = at + 2 < segment.length() ? hex(segment.charAt(at + 1)) : -1;
        int low = high < 0 ? -1 : hex(segment.charAt(at + 2));
        if (low < 0) {
            throw refused("a broken percent-escape in the path");
        }
        return (char) (16 * high + low);
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
        for (String piece : segment.toString().split("%2F", -1)) {
            int parameter = piece.indexOf(';');
            String name = parameter < 0 ? piece : piece.substring(0, parameter);
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

    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static ProxyException refused(String detail) {
        return ProxyException.refused(Outcome.BAD_REQUEST, detail);
    }
}
