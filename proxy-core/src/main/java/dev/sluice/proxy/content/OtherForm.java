package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.attempt.BodyWithTrailers;
import dev.sluice.proxy.syntax.FieldSet;

/** What the fields of a message say once its body has another form. Pure functions. */
final class OtherForm {
    /** What speaks of the very bytes: digests (RFC 9530), and signatures, which usually cover one (RFC 9421). */
    private static final FieldSet OF_BYTES =
            FieldSet.of("Content-Digest", "Repr-Digest", "Digest", "Content-MD5", "Signature-Input", "Signature");

    private OtherForm() {}

    /** Returns whether fields speak of the body's very bytes, or announce trailers that will. */
    static boolean isChecked(Headers fields) {
        if (fields.list("Trailer").stream().anyMatch(OF_BYTES::has)) {
            return true;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (OF_BYTES.has(fields.name(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The fields without what holds only for the former bytes: length, digests, and the offer of ranges, as nobody can
     * make a part of the new form without making all of it. A strong entity tag becomes a weak one (RFC 9110 §8.8.1).
     */
    static Headers.Builder of(Headers fields) {
        return weakened(fields)
                .removeIf((name, value) -> name.equalsIgnoreCase("Trailer") && announcesOnlyDropped(value))
                .removeIf((name, value) -> OF_BYTES.has(name)
                        || name.equalsIgnoreCase("Content-Length")
                        || name.equalsIgnoreCase("Accept-Ranges"));
    }

    private static boolean announcesOnlyDropped(String names) {
        return Headers.of("Trailer", names).list("Trailer").stream().allMatch(OF_BYTES::has);
    }

    /** This body, which has another form than it had, without the trailers that held only for the former bytes. */
    static Body of(Body body) {
        if (body.repeatable()) {
            return body;
        }
        BodyWithTrailers whole = new BodyWithTrailers(body);
        whole.trailers(received -> received.without(OF_BYTES::has));
        return whole;
    }

    /** The fields with a weak entity tag instead of a strong one. What is not a tag (RFC 9110 §8.8.3) is dropped. */
    static Headers.Builder weakened(Headers fields) {
        return fields.toBuilder()
                .removeIf((name, value) -> name.equalsIgnoreCase("ETag") && !isWeak(value) && !isStrong(value))
                .replace("ETag", tag -> isWeak(tag) ? tag : "W/" + tag);
    }

    /**
     * The fields of a 304. It is for what the client has: the weak tag stands for another form of the body than the strong
     * one, and a cache must not take one for the other (RFC 9111 §4.3.4). So the tag is weak if the client named the weak
     * one.
     */
    static Headers.Builder notModified(Headers fields, Headers request) {
        String tag = fields.first("ETag").orElse("");
        boolean known = request.all("If-None-Match").stream().anyMatch(tags -> tags.contains("W/" + tag));
        return isStrong(tag) && known ? weakened(fields) : fields.toBuilder();
    }

    /** Adds {@code Accept-Encoding} to {@code Vary} (RFC 9110 §12.5.5). */
    static Headers.Builder varying(Headers.Builder fields) {
        Headers now = fields.build();
        boolean said = now.hasToken("Vary", "Accept-Encoding") || now.hasToken("Vary", "*");
        return said ? fields : fields.add("Vary", "Accept-Encoding");
    }

    private static boolean isWeak(String tag) {
        return tag.startsWith("W/") && isStrong(tag.substring(2));
    }

    private static boolean isStrong(String tag) {
        return tag.length() >= 2 && tag.startsWith("\"") && tag.indexOf('"', 1) == tag.length() - 1;
    }
}
