package dev.sluice.proxy.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Puts responses into stores, and reads them back, for tests. */
public final class Stored {
    private Stored() {}

    /** A head of a 200, with no variant. */
    public static StoredHead.Builder head(String key) {
        return StoredHead.builder(key, 200);
    }

    /** Bytes that tell their seed and their position. */
    public static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(seed, i);
        }
        return bytes;
    }

    /** The byte of {@link #bytes} at one position. */
    public static byte at(long seed, long position) {
        long mixed = (seed * 0x9E3779B97F4A7C15L + position) * 0xBF58476D1CE4E5B9L;
        return (byte) (mixed >>> 40);
    }

    /** Stores a response, in pieces of odd lengths. */
    public static void put(CacheStore store, StoredHead head, byte[] body) throws IOException {
        try (Writing writing = write(store, head, body.length)) {
            assertThat(append(writing, body)).isTrue();
            writing.commit(head);
        }
    }

    /** Begins to store a response for which there is room. */
    public static Writing write(CacheStore store, StoredHead head, long length) throws IOException {
        return Objects.requireNonNull(store.write(head, length), "no room to begin");
    }

    /** Appends in pieces of odd lengths. Returns whether there was room for all. */
    public static boolean append(Writing writing, byte[] body) throws IOException {
        int piece = 1;
        for (int at = 0; at < body.length; ) {
            int length = Math.min(piece, body.length - at);
            if (!writing.append(body, at, length)) {
                return false;
            }
            at += length;
            piece = piece * 3 % 20_011;
        }
        return true;
    }

    /** The one response under a key. */
    public static StoredResponse only(CacheStore store, String key) throws IOException {
        List<StoredResponse> found = store.find(key);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** The response of one variant. */
    public static StoredResponse variant(CacheStore store, String key, String variant) throws IOException {
        for (StoredResponse found : store.find(key)) {
            if (found.head().variant().equals(variant)) {
                return found;
            }
        }
        throw new AssertionError("no variant " + variant + " of " + key);
    }

    /** The whole body of a response. */
    public static byte[] body(StoredResponse response) throws IOException {
        try (StoredBody body = response.open()) {
            return read(body);
        }
    }

    /** All bytes that a body has now. */
    public static byte[] read(StoredBody body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[7_001];
        int read = body.read(0, buffer, 3, 6_998);
        while (read >= 0) {
            assertThat(read).isPositive();
            bytes.write(buffer, 3, read);
            read = body.read(bytes.size(), buffer, 3, 6_998);
        }
        return bytes.toByteArray();
    }
}
