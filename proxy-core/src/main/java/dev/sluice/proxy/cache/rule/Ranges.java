package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.ByteRanges;
import dev.sluice.proxy.cache.field.ByteRanges.Spec;
import dev.sluice.proxy.cache.field.ContentRange;
import dev.sluice.proxy.cache.field.Dates;
import dev.sluice.proxy.cache.field.EntityTag;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a stored body answers a GET with {@code Range} (RFC 9110 §14.2). A request for more ranges than {@value
 * #MAX_RANGES}, or for ranges that overlap or are longer than the whole, gets the whole: it costs a server more than it
 * spares the client (§14.2).
 */
public final class Ranges {
    private static final int MAX_RANGES = 16;
    private static final int OK = 200;

    /** What the answer is. */
    public enum Kind {
        /** A 200 with the whole body. */
        WHOLE,
        /** A 206 with the one part, or a {@link Multipart} of several. */
        PARTS,
        /** A 416. */
        UNSATISFIABLE
    }

    /**
     * A part of the body.
     *
     * @param first the position of its first byte
     * @param last the position of its last byte
     */
    public record Part(long first, long last) {
        /** The number of its bytes. */
        public long length() {
            return last - first + 1;
        }
    }

    private static final Ranges WHOLE = new Ranges(Kind.WHOLE, List.of());
    private static final Ranges UNSATISFIABLE = new Ranges(Kind.UNSATISFIABLE, List.of());

    private final Kind kind;
    private final List<Part> parts;

    private Ranges(Kind kind, List<Part> parts) {
        this.kind = kind;
        this.parts = parts;
    }

    /**
     * Decides for a request whose other conditions have been looked at, and would be answered with a 200 (§13.2.2).
     *
     * @param stored with a whole body
     * @param length of the body
     */
    public static Ranges of(String method, Headers request, StoredHead stored, long length, Instant now) {
        // An empty body has no part; the field may be ignored.
        if (!method.equals("GET") || stored.status() != OK || length == 0) {
            return WHOLE;
        }
        List<Spec> asked = ByteRanges.of(request, MAX_RANGES);
        if (asked == null || !meetsIfRange(request, stored, now)) {
            return WHOLE;
        }
        List<Part> parts = new ArrayList<>();
        for (Spec spec : asked) {
            Part part = part(spec, length);
            if (part.first < length) {
                parts.add(part);
            }
        }
        if (parts.isEmpty()) {
            return UNSATISFIABLE;
        }
        return isWasteful(parts, length) ? WHOLE : new Ranges(Kind.PARTS, List.copyOf(parts));
    }

    /**
     * The part that answers a request, of a stored 206: null if it is for several ranges or none, does not lie in what is
     * stored (RFC 9111 §3.3), or has a condition that is not met.
     *
     * @param stored with a {@code Content-Range} of a known length
     */
    public static @Nullable Part within(Headers request, StoredHead stored, Instant now) {
        ContentRange has = ContentRange.of(stored.headers());
        List<Spec> asked = ByteRanges.of(request, 1);
        if (has == null || asked == null || !meetsIfRange(request, stored, now)) {
            return null;
        }
        Part part = part(asked.get(0), has.length());
        boolean inside = part.first >= has.first() && part.first <= part.last && part.last <= has.last();
        return inside ? part : null;
    }

    private static Part part(Spec spec, long length) {
        boolean suffix = spec.first() < 0;
        return suffix
                ? new Part(Math.max(0, length - spec.last()), length - 1)
                : new Part(spec.first(), Math.min(spec.last(), length - 1));
    }

    private static boolean isWasteful(List<Part> parts, long length) {
        long sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            sum += part.length();
            for (Part earlier : parts.subList(0, i)) {
                if (part.first <= earlier.last && earlier.first <= part.last) {
                    return true;
                }
            }
        }
        return sum > length;
    }

    /**
     * RFC 9110 §13.1.5: without {@code If-Range} it is met; with a tag if that is strongly the stored one; with a date if that
     * is the time of the last modification, and a strong validator: at least a second before the date (§8.8.2.2).
     */
    static boolean meetsIfRange(Headers request, StoredHead stored, Instant now) {
        List<String> lines = request.all("If-Range");
        if (lines.isEmpty()) {
            return true;
        }
        EntityTag tag = lines.size() == 1 ? EntityTag.parse(lines.get(0)) : null;
        if (tag != null) {
            EntityTag own = EntityTag.of(stored.headers());
            return own != null && own.isStrongly(tag);
        }
        Instant date = Dates.single(request, "If-Range", now);
        Instant modified = Dates.single(stored.headers(), "Last-Modified", now);
        Instant made = Dates.single(stored.headers(), "Date", now);
        return date != null
                && date.equals(modified)
                && made != null
                && Duration.between(modified, made).toSeconds() >= 1;
    }

    /** What the answer is. */
    public Kind kind() {
        return kind;
    }

    /** The parts in the order they were asked for; none unless the answer is a 206. */
    public List<Part> parts() {
        return parts;
    }

    /** Returns whether each part begins behind the one before it. */
    public boolean isInOrder() {
        for (int i = 1; i < parts.size(); i++) {
            if (parts.get(i).first <= parts.get(i - 1).last) {
                return false;
            }
        }
        return true;
    }
}
