package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code Content-Range} in bytes (RFC 9110 §14.4).
 *
 * @param first the first byte's position; -1 if no range could be served
 * @param last the last byte's position; -1 if no range could be served
 * @param length of the whole; -1 if it is not known
 */
public record ContentRange(long first, long last, long length) {
    private static final String UNIT = "bytes ";

    /** That of a response; null if it has none, several, one of another unit, or a malformed one. */
    public static @Nullable ContentRange of(Headers response) {
        List<String> lines = response.all("Content-Range");
        String text = lines.size() == 1 ? lines.get(0) : "";
        int slash = text.indexOf('/');
        if (slash < 0 || !text.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return null;
        }
        boolean unknown = text.substring(slash + 1).equals("*");
        long length = unknown ? -1 : Positions.parse(text, slash + 1, text.length());
        if (text.substring(UNIT.length(), slash).equals("*")) {
            return length < 0 ? null : new ContentRange(-1, -1, length);
        }
        int dash = text.indexOf('-');
        long first = dash < 0 || dash > slash ? -1 : Positions.parse(text, UNIT.length(), dash);
        long last = first < 0 ? -1 : Positions.parse(text, dash + 1, slash);
        boolean valid = first >= 0 && last >= first && (unknown || length > last);
        return valid ? new ContentRange(first, last, length) : null;
    }

    /** What the field says of a part of a whole of a known length. */
    public static String part(long first, long last, long length) {
        return UNIT + first + '-' + last + '/' + length;
    }

    /** What the field says in a 416. */
    public static String none(long length) {
        return UNIT + "*/" + length;
    }
}
