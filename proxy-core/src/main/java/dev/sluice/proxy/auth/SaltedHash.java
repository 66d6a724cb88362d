package dev.sluice.proxy.auth;

import dev.sluice.proxy.internal.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * SHA-256 with a secret salt of this object's own. So nobody can choose what has which hash, and the time of a comparison
 * shows neither the length of a secret nor how much of it was right.
 */
final class SaltedHash {
    private final byte[] salt = new byte[32];

    SaltedHash() {
        new SecureRandom().nextBytes(salt);
    }

    /** The hash of two texts; their lengths keep {@code a, bc} apart from {@code ab, c}. */
    byte[] of(String user, String password) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = Sha256.digest();
        digest.update(salt);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
        digest.update(name);
        return digest.digest(password.getBytes(StandardCharsets.UTF_8));
    }
}
