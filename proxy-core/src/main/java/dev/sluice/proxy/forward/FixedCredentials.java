package dev.sluice.proxy.forward;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Users that are known from the start. Name and password are hashed as one, with a salt of this object's own, so that
 * the time of a comparison shows neither the length of a secret nor whether the name exists.
 */
final class FixedCredentials implements Credentials {
    private final byte[] salt = new byte[32];
    private final byte[][] hashes;

    FixedCredentials(Map<String, String> passwords) {
        if (passwords.isEmpty()) {
            throw new IllegalArgumentException("credentials must have at least one user");
        }
        new SecureRandom().nextBytes(salt);
        hashes = passwords.entrySet().stream()
                .map(each -> hash(BasicCredentials.join(each.getKey(), each.getValue())))
                .toArray(byte[][]::new);
    }

    @Override
    public boolean accepts(String user, String password) {
        byte[] given = hash(user + ':' + password);
        boolean found = false;
        for (byte[] hash : hashes) {
            // All users are compared, even after a match, so that the time shows nothing.
            found |= MessageDigest.isEqual(hash, given);
        }
        return found;
    }

    private byte[] hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
