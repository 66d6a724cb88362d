package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.Dates;
import dev.sluice.proxy.cache.field.EntityTag;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.HttpDate;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which fields of responses are stored (RFC 9111 §3.1), and how another response changes them (§3.2). */
public final class StoredFields {
    /**
     * What describes the body that is stored, and so cannot change without it. {@code Content-Type} can: the body is kept
     * as it came, and nothing here depends on its type.
     */
    private static final FieldSet OF_BODY = FieldSet.of(
            "Content-Length",
            "Content-Encoding",
            "Content-Range",
            "Transfer-Encoding",
            "Content-MD5",
            "Content-Digest",
            "Repr-Digest",
            "Digest");

    private StoredFields() {}

    /**
     * The fields of a response that are stored: all but those that end with the connection, those for a proxy, those
     * about framing, and those that {@code no-cache} or {@code private} names. A date is added if it has none that can be
     * read (RFC 9110 §6.6.1).
     *
     * @param responseAt when it came
     */
    public static Headers of(Headers response, Instant responseAt, Policy policy) {
        // Trailers are not stored, so their announcement is not either.
        Headers kept = HopByHop.response("GET", 200, response, false).without("Trailer"::equalsIgnoreCase);
        Set<String> unstored = Control.of(response, policy).unstoredFields();
        if (!unstored.isEmpty()) {
            kept = kept.without(name -> unstored.contains(name.toLowerCase(Locale.ROOT)));
        }
        return Dates.of(kept, "Date", responseAt) != null
                ? kept
                : kept.toBuilder().set("Date", HttpDate.format(responseAt)).build();
    }

    /**
     * The fields of a 304 that go to the client alone that it was sent for.
     *
     * @param updated the stored fields as it has changed them, whose {@code no-cache} or {@code private} names such fields
     */
    public static Headers unstored(Headers notModified, Headers updated, Policy policy) {
        Set<String> names = Control.of(updated, policy).unstoredFields();
        return names.isEmpty()
                ? Headers.empty()
                : HopByHop.response("GET", 304, notModified, false)
                        .without(name -> OF_BODY.has(name) || !names.contains(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * The stored fields, as a 304, or the answer to HEAD, changes them: each field that it has replaces that of the same
     * name, but not what describes the stored body. The age is that of the newer response, even if it says nothing of it.
     *
     * @param newer its fields
     * @param responseAt when it came
     */
    public static Headers updated(Headers stored, Headers newer, Instant responseAt, Policy policy) {
        Headers added = HopByHop.response("GET", 200, newer, false).without(OF_BODY::has);
        EntityTag tag = EntityTag.of(newer);
        EntityTag own = EntityTag.of(stored);
        if (tag != null && own != null && tag.isWeakly(own)) {
            // A weak tag stays weak, also if a 304 has its strong form.
            added = added.without("ETag"::equalsIgnoreCase);
        }
        Set<String> replaced = new HashSet<>(Set.of("age", "date"));
        added.forEach((name, value) -> replaced.add(name.toLowerCase(Locale.ROOT)));
        Headers kept = stored.without(name -> replaced.contains(name.toLowerCase(Locale.ROOT)));
        return of(kept.toBuilder().addAll(added).build(), responseAt, policy);
    }
}
