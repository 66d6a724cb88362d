package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.HttpDate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dates that caching goes by, read strictly in all three forms, but without regard to case (RFC 9111 §4.2). If a
 * field comes twice the first value counts, and if one of them is malformed, none does.
 */
public final class Dates {
    private Dates() {}

    /**
     * The date of a field that has one date; null if there is none, or it is malformed.
     *
     * @param now decides about a year of two digits
     */
    public static @Nullable Instant of(Headers message, String name, Instant now) {
        List<String> lines = message.all(name);
        Instant first = null;
        for (int i = 0; i < lines.size(); i++) {
            Instant date = HttpDate.parseStrictly(lines.get(i), now);
            if (date == null) {
                return null;
            }
            first = i == 0 ? date : first;
        }
        return first;
    }

    /**
     * The date of a field that must come once, such as {@code If-Modified-Since}; null also if it comes twice (RFC 9110
     * §13.1.3).
     */
    public static @Nullable Instant single(Headers message, String name, Instant now) {
        List<String> lines = message.all(name);
        return lines.size() == 1 ? HttpDate.parseStrictly(lines.get(0), now) : null;
    }
}
