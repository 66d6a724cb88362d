package dev.sluice.proxy.path;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.Hex;

/** How a segment of a path is written: where it ends, which characters it has, and its normal form (RFC 3986 §3.3). */
public final class PathSegment {
    private static final String UNRESERVED_MARKS = "-._~";
    /** The characters of a segment beside unreserved ones and escapes. */
    private static final String OTHER_MARKS = "!$&'()*+,;=:@";

    /** By character: whether it may stand in a segment, and needs no second look there. */
    private static final boolean[] PLAIN = new boolean[128];

    static {
        for (char c = 0; c < PLAIN.length; c++) {
            PLAIN[c] = isCharacter(c) && c != ';';
        }
    }

    private PathSegment() {}

    /** The index of the slash that ends the segment which begins at {@code from}, or the path's length. */
    public static int end(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    /** Returns whether {@code c} may stand in a segment by itself, without an escape. */
    public static boolean isCharacter(char c) {
        return isUnreserved(c) || OTHER_MARKS.indexOf(c) >= 0;
    }

    /** Returns whether {@code c} may stand in a segment, and needs no second look there. */
    static boolean isPlain(char c) {
        return c < PLAIN.length && PLAIN[c];
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
                append(normal, c, isCharacter(c));
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
        return Ascii.isLetterOrDigit(c) || UNRESERVED_MARKS.indexOf(c) >= 0;
    }

    private static ProxyException refused(String detail) {
        return ProxyException.refused(Outcome.BAD_REQUEST, detail);
    }
}
