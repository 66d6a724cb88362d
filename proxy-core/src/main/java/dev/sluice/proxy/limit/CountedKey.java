package dev.sluice.proxy.limit;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Sha256;
import dev.sluice.proxy.key.RequestKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a limit counts by. */
record CountedKey(RequestKey key, NoKey without) {
    /** A client usually has one address of IPv4, and a network of 64 bits of IPv6. */
    static final CountedKey CLIENT = new CountedKey(RequestKey.clientNetwork(32, 64), NoKey.SHARED);

    private static final int LONGEST = 64;

    CountedKey {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(without, "without key");
    }

    CountedKey by(RequestKey other) {
        return new CountedKey(other, without);
    }

    CountedKey without(NoKey other) {
        return new CountedKey(key, other);
    }

    Stage stage() {
        return key.stage();
    }

    /**
     * What to count, at most 64 characters: a long key is its digest, so that clients cannot fill the memory with keys of
     * many kilobytes.
     *
     * @return empty for all requests without a key together; null if the request is not limited
     */
    @Nullable
    String of(ProxyRequest request) throws ProxyException {
        String found = key.of(request);
        if (found == null || found.isEmpty()) {
            return switch (without) {
                case SHARED -> "";
                case UNLIMITED -> null;
                case REFUSED ->
                    throw ProxyException.refused(
                            Outcome.REFUSED, "not allowed", "the request lacks the key of a limit: " + key);
            };
        }
        return found.length() <= LONGEST ? found : digest(found);
    }

    private static String digest(String text) {
        return Base64.getEncoder().encodeToString(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
