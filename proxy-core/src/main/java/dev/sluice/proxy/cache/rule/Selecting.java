package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which stored response a request selects among those of one key (RFC 9111 §4.1). */
public final class Selecting {
    private Selecting() {}

    /**
     * What a request says in the fields that {@code Vary} names, as one text: the same for requests that match, and never
     * the same for others. Each name is followed by a colon, the length of its value, a colon and the value; or, if it is
     * not there, by a semicolon.
     *
     * @param names in lower case and sorted
     */
    public static String variant(Headers request, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        StringBuilder variant = new StringBuilder();
        for (String name : names) {
            List<String> lines = request.all(name);
            variant.append(name);
            if (lines.isEmpty()) {
                variant.append(';');
            } else {
                String value = Normalized.of(name, lines);
                variant.append(':').append(value.length()).append(':').append(value);
            }
        }
        return variant.toString();
    }

    /**
     * The most recent of the heads that the request selects (RFC 9111 §4), and one with {@code Vary} before one without,
     * which may have been left out by mistake (§4.1); null if there is none.
     *
     * @param heads of one key; of equally recent ones the first
     * @param prefix what a {@link StoredHead#variant()} has before what this class makes
     */
    public static @Nullable StoredHead pick(Headers request, Collection<StoredHead> heads, String prefix) {
        Map<List<String>, String> variants = new HashMap<>(4);
        StoredHead best = null;
        for (StoredHead head : heads) {
            String variant = variants.computeIfAbsent(head.selecting(), names -> prefix + variant(request, names));
            if (variant.equals(head.variant()) && (best == null || isBefore(head, best))) {
                best = head;
            }
        }
        return best;
    }

    private static boolean isBefore(StoredHead head, StoredHead best) {
        boolean varies = !head.selecting().isEmpty();
        return varies == best.selecting().isEmpty() ? varies : date(head).isAfter(date(best));
    }

    /** Returns whether a response was asked for after another one, and its date is not before that one's. */
    public static boolean isNewer(StoredHead head, StoredHead other) {
        return head.requestAt().isAfter(other.requestAt()) && !date(head).isBefore(date(other));
    }

    static Instant date(StoredHead head) {
        return Lifetime.date(head.headers(), head.responseAt());
    }
}
