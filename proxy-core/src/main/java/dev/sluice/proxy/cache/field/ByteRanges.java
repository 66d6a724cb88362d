package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Range} in bytes (RFC 9110 §14.1.2). */
public final class ByteRanges {
    private static final String UNIT = "bytes=";

    private ByteRanges() {}

    /**
     * One range as it was asked for.
     *
     * @param first the first byte's position; -1 if the last bytes are asked for
     * @param last the last byte's position, or {@link Long#MAX_VALUE} for all; without {@code first}, the number of bytes
     */
    public record Spec(long first, long last) {}

    /**
     * The ranges that a request asks for, in order; null if it has no field {@code Range}, or one that is to be ignored:
     * another unit, a malformed range, or more than {@code max} of them.
     */
    public static @Nullable List<Spec> of(Headers request, int max) {
        List<String> lines = request.all("Range");
        if (lines.size() != 1 || !lines.get(0).regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        List<Spec> ranges = new ArrayList<>();
        String line = lines.get(0);
        for (int from = UNIT.length(), comma; from <= line.length(); from = comma + 1) {
            comma = line.indexOf(',', from);
            comma = comma < 0 ? line.length() : comma;
            String member = line.substring(from, comma).strip();
            if (!member.isEmpty()) {
                Spec range = range(member);
                if (range == null || ranges.size() == max) {
                    return null;
                }
                ranges.add(range);
            }
        }
        return ranges.isEmpty() ? null : ranges;
    }

    private static @Nullable Spec range(String text) {
        int dash = text.indexOf('-');
        if (dash < 0 || text.length() == 1) {
            return null;
        }
        long first = dash == 0 ? -1 : Positions.parse(text, 0, dash);
        long last = dash == text.length() - 1 ? Long.MAX_VALUE : Positions.parse(text, dash + 1, text.length());
        boolean malformed = (first < 0 && dash > 0) || last < 0 || last < first;
        return malformed ? null : new Spec(first, last);
    }
}
