package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entity tag (RFC 9110 §8.8.3). Immutable. */
public final class EntityTag {
    private static final String WEAK = "W/";

    private final String text;

    private EntityTag(String text) {
        this.text = text;
    }

    /** The tag that the text is, or null if it is none. */
    public static @Nullable EntityTag parse(String text) {
        return end(text, 0) == text.length() ? new EntityTag(text) : null;
    }

    /** The tag of a response; null if it has none, a malformed one, or several that differ. */
    public static @Nullable EntityTag of(Headers response) {
        List<String> lines = response.all("ETag");
        for (String line : lines) {
            if (!line.equals(lines.get(0))) {
                return null;
            }
        }
        return lines.isEmpty() ? null : parse(lines.get(0));
    }

    /** Where the tag that begins at {@code from} ends; -1 if there is none. */
    static int end(String text, int from) {
        int open = text.startsWith(WEAK, from) ? from + WEAK.length() : from;
        if (open >= text.length() || text.charAt(open) != '"') {
            return -1;
        }
        int at = open + 1;
        while (at < text.length() && isInside(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '"' ? at + 1 : -1;
    }

    /** A backslash is a character like others. */
    private static boolean isInside(char c) {
        return c > ' ' && c != '"' && c != 0x7f;
    }

    /** Returns whether it is weak. */
    public boolean weak() {
        return text.startsWith(WEAK);
    }

    /** The strong comparison (RFC 9110 §8.8.3.2): both are strong and the same. */
    public boolean isStrongly(EntityTag other) {
        return !weak() && text.equals(other.text);
    }

    /** The weak comparison (RFC 9110 §8.8.3.2): both are the same, weak or not. */
    public boolean isWeakly(EntityTag other) {
        return opaque().equals(other.opaque());
    }

    private String opaque() {
        return weak() ? text.substring(WEAK.length()) : text;
    }

    /** The tag as it was received. */
    @Override
    public String toString() {
        return text;
    }
}
