package dev.sluice.proxy.mirror;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Sha256;
import dev.sluice.proxy.key.RequestKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Which requests are in a share: those with a key by its hash, which is the same in every process, others by chance. */
record ChosenShare(RequestKey key, RandomGenerator random) {
    /**
     * Returns whether a request is in it.
     *
     * @param share 0 to 1
     */
    boolean has(ProxyRequest request, double share) {
        String own = key.of(request);
        double place = own == null || own.isEmpty() ? random.nextDouble() : place(own);
        return place < share;
    }

    /** A number from 0 to below 1. */
    private static double place(String key) {
        byte[] hash = Sha256.of(key.getBytes(StandardCharsets.UTF_8));
        return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53;
    }
}
