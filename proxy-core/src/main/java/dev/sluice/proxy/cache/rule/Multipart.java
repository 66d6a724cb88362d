package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.ContentRange;
import dev.sluice.proxy.cache.rule.Ranges.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers with a part of a stored body: their fields, and the body of several parts (RFC 9110 §14.6, §15.3.7). A body
 * is each section's head and its part in turn, and then the end. Immutable.
 */
public final class Multipart {
    /** One part and what stands before it. */
    public static final class Section {
        private final byte[] head;
        private final Part part;

        private Section(String head, Part part) {
            this.head = head.getBytes(StandardCharsets.ISO_8859_1);
            this.part = part;
        }

        /** What stands before the part. */
        public byte[] head() {
            return head.clone();
        }

        /** The part of the stored body. */
        public Part part() {
            return part;
        }
    }

    private final List<Section> sections = new ArrayList<>();
    private final byte[] end;
    private final long length;

    /**
     * Lays out a body.
     *
     * @param stored the fields of the stored response
     * @param total the length of the stored body
     * @param boundary a token that the body does not have
     */
    public Multipart(List<Part> parts, Headers stored, long total, String boundary) {
        String type = stored.first("Content-Type")
                .map(text -> "Content-Type: " + text + "\r\n")
                .orElse("");
        long sum = 0;
        for (Part part : parts) {
            String head = (sections.isEmpty() ? "--" : "\r\n--") + boundary + "\r\n" + type + "Content-Range: "
                    + ContentRange.part(part.first(), part.last(), total) + "\r\n\r\n";
            sections.add(new Section(head, part));
            sum += head.length() + part.length();
        }
        this.end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
        this.length = sum + end.length;
    }

    /** The sections, in order. */
    public List<Section> sections() {
        return List.copyOf(sections);
    }

    /** What stands behind the last section. */
    public byte[] end() {
        return end.clone();
    }

    /** The length of the body. */
    public long length() {
        return length;
    }

    /** The fields of a 206 with this body: those of the 200, with the type of the body (RFC 9110 §15.3.7.2). */
    public static Headers fields(Headers stored, String boundary) {
        return stored.toBuilder()
                .remove("Content-Range")
                .set("Content-Type", "multipart/byteranges; boundary=" + boundary)
                .build();
    }

    /** The fields of a 206 with one part (RFC 9110 §15.3.7.1). */
    public static Headers fields(Headers stored, Part part, long total) {
        return stored.toBuilder()
                .set("Content-Range", ContentRange.part(part.first(), part.last(), total))
                .build();
    }

    /** The fields of a 416 (RFC 9110 §15.5.17): without those of the content that it does not have. */
    public static Headers unsatisfiable(Headers stored, long total) {
        return Conditions.notModified(stored).toBuilder()
                .set("Content-Range", ContentRange.none(total))
                .build();
    }
}
