package dev.sluice.proxy.cache.store;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.cache.store.StoredHead.Origin;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link StoredHead} as bytes: the number of the form, then its values in order. A string is its length in bytes and
 * its UTF-8; a list, its length and its strings.
 */
final class HeadForm {
    private static final byte FORM = 1;

    private HeadForm() {}

    static byte[] encode(StoredHead head) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            write(out, head.key());
            write(out, head.variant());
            write(out, head.selecting());
            out.writeShort(head.status());
            write(out, head.version().name());
            write(out, fields(head.headers()));
            out.writeLong(head.requestAt().toEpochMilli());
            out.writeLong(head.responseAt().toEpochMilli());
            write(out, head.origin().scheme());
            Authority authority = head.origin().authority();
            write(out, authority == null ? "" : authority.toString());
            write(out, head.origin().basePath());
            write(out, head.tags());
            out.writeLong(head.stamp());
            out.writeBoolean(head.stale());
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    static StoredHead decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte form = in.readByte();
            if (form != FORM) {
                throw new IOException("stored head in form " + form + ", this version reads form " + FORM);
            }
            String key = string(in);
            String variant = string(in);
            List<String> selecting = strings(in);
            StoredHead head = StoredHead.builder(key, in.readUnsignedShort())
                    .variant(variant)
                    .selecting(selecting)
                    .version(HttpVersion.valueOf(string(in)))
                    .headers(Headers.of(strings(in).toArray(String[]::new)))
                    .requestAt(Instant.ofEpochMilli(in.readLong()))
                    .responseAt(Instant.ofEpochMilli(in.readLong()))
                    .origin(origin(in))
                    .tags(strings(in))
                    .stamp(in.readLong())
                    .stale(in.readBoolean())
                    .build();
            if (in.read() >= 0) {
                throw new IOException("stored head is damaged: there are bytes after its end");
            }
            return head;
        } catch (RuntimeException damaged) {
            throw new IOException("stored head is damaged: " + damaged.getMessage(), damaged);
        }
    }

    private static Origin origin(DataInputStream in) throws IOException {
        String scheme = string(in);
        String authority = string(in);
        return new Origin(scheme, authority.isEmpty() ? null : Authority.parse(authority), string(in));
    }

    private static List<String> fields(Headers headers) {
        List<String> fields = new ArrayList<>(2 * headers.size());
        headers.forEach((name, value) -> {
            fields.add(name);
            fields.add(value);
        });
        return fields;
    }

    private static void write(DataOutputStream out, List<String> strings) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            write(out, string);
        }
    }

    private static void write(DataOutputStream out, String string) throws IOException {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static List<String> strings(DataInputStream in) throws IOException {
        int size = length(in, in.readInt());
        List<String> strings = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            strings.add(string(in));
        }
        return strings;
    }

    private static String string(DataInputStream in) throws IOException {
        return new String(in.readNBytes(length(in, in.readInt())), StandardCharsets.UTF_8);
    }

    /** A length that the bytes that are left can hold. */
    private static int length(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException(
                    "stored head is damaged: a length of " + length + ", " + in.available() + " bytes left");
        }
        return length;
    }
}
