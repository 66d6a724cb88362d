package dev.sluice.proxy.auth;

import java.io.IOException;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** {@link Credentials#hashed}. */
final class HashedCredentials implements Credentials {
    private final Hashes hashes;
    private final BiPredicate<String, String> check;
    private final String decoy;

    HashedCredentials(Hashes hashes, BiPredicate<String, String> check, String decoy) {
        this.hashes = Objects.requireNonNull(hashes, "hashes");
        this.check = Objects.requireNonNull(check, "check");
        this.decoy = Objects.requireNonNull(decoy, "decoy");
    }

    @Override
    public boolean accepts(String user, String password) throws IOException, InterruptedException {
        String hash = hashes.of(user);
        boolean right = check.test(password, hash == null ? decoy : hash);
        // Also if the decoy's password was guessed.
        return right && hash != null;
    }

    @Override
    public String version(String user) throws IOException, InterruptedException {
        @Nullable String hash = hashes.of(user);
        return hash == null ? "" : hash;
    }
}
