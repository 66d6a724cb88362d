package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.Dates;
import dev.sluice.proxy.cache.field.EntityTag;
import dev.sluice.proxy.cache.field.EntityTags;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How stored responses are validated (RFC 9111 §4.3.1), and what the answer says about them (§4.3.3-5). */
public final class Validation {
    /** Tags of more variants would only fill the request. */
    private static final int MAX_TAGS = 20;

    private static final int OK = 200;

    private Validation() {}

    /**
     * The request with conditions for the stored responses instead of those of the client: their entity tags; and for a
     * single one the time of its last modification too, for servers that know no tags.
     *
     * @param stored of one key, the most important first; if none has a validator, the request gets no condition
     */
    public static Headers conditional(Headers request, List<StoredHead> stored) {
        return conditional(request, stored, List.of());
    }

    /**
     * The same with the client's tags behind the stored ones (§4.3.2), so that the origin need not send what the client
     * has.
     */
    public static Headers conditionalWithClients(Headers request, List<StoredHead> stored) {
        return conditional(request, stored, EntityTags.of(request).tags());
    }

    private static Headers conditional(Headers request, List<StoredHead> stored, List<EntityTag> ofClient) {
        Headers.Builder fields = request.toBuilder().remove("If-None-Match").remove("If-Modified-Since");
        Set<String> tags = new LinkedHashSet<>();
        for (StoredHead each : stored) {
            EntityTag tag = EntityTag.of(each.headers());
            if (tag != null && tags.size() < MAX_TAGS) {
                tags.add(tag.toString());
            }
        }
        if (!tags.isEmpty()) {
            ofClient.stream().limit(MAX_TAGS).forEach(tag -> tags.add(tag.toString()));
            fields.add("If-None-Match", String.join(", ", tags));
        }
        String modified = stored.size() == 1 ? modified(stored.get(0).headers()) : null;
        return modified == null
                ? fields.build()
                : fields.add("If-Modified-Since", modified).build();
    }

    private static @Nullable String modified(Headers response) {
        return Dates.of(response, "Last-Modified", Instant.EPOCH) == null
                ? null
                : response.first("Last-Modified").orElse(null);
    }

    /**
     * The stored responses that a 304 is for (§4.3.4): those with its strong validator, or else the most recent one with its
     * weak validator. One without a validator is for the response that was asked about, if that was the only one; so is one
     * with the strong form of its weak tag, as servers that compress (nginx) give it.
     *
     * @param asked what the conditions of the request were made of
     */
    public static List<StoredHead> confirmed(Headers notModified, Collection<StoredHead> asked) {
        EntityTag tag = EntityTag.of(notModified);
        if (tag != null && !tag.weak()) {
            List<StoredHead> same =
                    asked.stream().filter(head -> hasStrongly(head, tag)).toList();
            boolean only = asked.size() == 1 && asked.stream().allMatch(head -> hasWeakly(head, tag));
            return same.isEmpty() && only ? List.copyOf(asked) : same;
        }
        String modified = modified(notModified);
        if (tag == null && modified == null) {
            return asked.size() == 1 && !notModified.has("ETag") ? List.copyOf(asked) : List.of();
        }
        return asked.stream()
                .filter(head -> tag != null ? hasWeakly(head, tag) : Objects.equals(modified, modified(head.headers())))
                .reduce((one, other) -> Selecting.date(other).isAfter(Selecting.date(one)) ? other : one)
                .map(List::of)
                .orElse(List.of());
    }

    /** Returns whether a 304 confirms what the client has by a tag of its own. */
    public static boolean isOfClient(Headers request, Headers notModified) {
        EntityTag tag = EntityTag.of(notModified);
        return tag != null && EntityTags.of(request).hasWeakly(tag);
    }

    private static boolean hasStrongly(StoredHead head, EntityTag tag) {
        EntityTag own = EntityTag.of(head.headers());
        return own != null && own.isStrongly(tag);
    }

    private static boolean hasWeakly(StoredHead head, EntityTag tag) {
        EntityTag own = EntityTag.of(head.headers());
        return own != null && own.isWeakly(tag);
    }

    /**
     * Returns whether a 200 to HEAD says that a stored response to GET is what GET would get now: then it updates its
     * fields, else the stored one is stale (§4.3.5).
     *
     * @param status of the answer to HEAD
     * @param length of the stored body
     */
    public static boolean isConfirmedByHead(int status, Headers head, StoredHead stored, long length) {
        if (status != OK || stored.status() != OK) {
            return false;
        }
        for (String validator : List.of("ETag", "Last-Modified")) {
            List<String> said = head.all(validator);
            if (!said.isEmpty() && !said.equals(stored.headers().all(validator))) {
                return false;
            }
        }
        List<String> lengths = head.all("Content-Length");
        return lengths.isEmpty() || (lengths.size() == 1 && lengths.get(0).equals(Long.toString(length)));
    }
}
