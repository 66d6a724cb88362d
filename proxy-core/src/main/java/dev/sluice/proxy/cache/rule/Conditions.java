package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.Dates;
import dev.sluice.proxy.cache.field.EntityTag;
import dev.sluice.proxy.cache.field.EntityTags;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.syntax.FieldSet;
import java.time.Instant;

/** The conditions of clients, as a cache answers them (RFC 9111 §4.3.2, RFC 9110 §13). */
public final class Conditions {
    /** What describes the content of a 200, and says nothing new beside a 304 (RFC 9110 §15.4.5). */
    private static final FieldSet OF_CONTENT = FieldSet.of(
            "Content-Type",
            "Content-Length",
            "Content-Encoding",
            "Content-Language",
            "Content-Range",
            "Content-MD5",
            "Content-Digest",
            "Repr-Digest",
            "Digest");

    private static final int OK = 200;

    private Conditions() {}

    /** Returns whether only the origin can answer: the request has {@code If-Match} or {@code If-Unmodified-Since}. */
    public static boolean areForOrigin(Headers request) {
        return request.has("If-Match") || request.has("If-Unmodified-Since");
    }

    /**
     * Returns whether the answer to a GET or HEAD is a 304: the client says in a condition that it has what is stored.
     * {@code If-None-Match} counts before {@code If-Modified-Since} (RFC 9110 §13.2.2); one that is malformed, or a date
     * that comes twice, is not met.
     *
     * @param stored that may be used for the request; conditions count only for a 200
     */
    public static boolean areMet(Headers request, StoredHead stored, Instant now) {
        if (stored.status() != OK) {
            return false;
        }
        if (request.has("If-None-Match")) {
            EntityTags tags = EntityTags.of(request);
            EntityTag tag = EntityTag.of(stored.headers());
            return tags.any() || (tag != null && tags.hasWeakly(tag));
        }
        Instant since = Dates.single(request, "If-Modified-Since", now);
        return since != null && !modified(stored, now).isAfter(since);
    }

    /** RFC 9111 §4.3.2: without Last-Modified the date of the response, or that of its receipt. */
    private static Instant modified(StoredHead stored, Instant now) {
        Instant modified = Dates.of(stored.headers(), "Last-Modified", now);
        return modified == null ? Selecting.date(stored) : modified;
    }

    /**
     * The fields of a 304 that is made of a stored response (RFC 9110 §15.4.5): all but those that describe its content;
     * {@code Last-Modified} only without an entity tag.
     */
    public static Headers notModified(Headers stored) {
        boolean tagged = EntityTag.of(stored) != null;
        return stored.without(name -> OF_CONTENT.has(name) || (tagged && name.equalsIgnoreCase("Last-Modified")));
    }
}
