package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.internal.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The first 16 bytes of a key's SHA-256. Files are named by it; the head in the file has the key itself. */
record KeyHash(long high, long low) {
    private static final long NO_VARIANT = first(hash(""));

    static KeyHash of(String key) {
        ByteBuffer hash = ByteBuffer.wrap(hash(key));
        return new KeyHash(hash.getLong(), hash.getLong());
    }

    static KeyHash of(Entry entry) {
        return new KeyHash(entry.keyHigh, entry.keyLow);
    }

    /** The first 8 bytes of a variant's SHA-256. */
    static long ofVariant(String variant) {
        return variant.isEmpty() ? NO_VARIANT : first(hash(variant));
    }

    private static long first(byte[] hash) {
        return ByteBuffer.wrap(hash).getLong();
    }

    private static byte[] hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The folder of a key: 0 to 255. */
    int shard() {
        return shard(high);
    }

    static int shard(long high) {
        return (int) (high >>> 56);
    }
}
