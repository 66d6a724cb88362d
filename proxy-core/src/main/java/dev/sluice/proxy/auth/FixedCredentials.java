package dev.sluice.proxy.auth;

import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.BasicCredentials;
import java.security.MessageDigest;
import java.util.Map;

/**
 * Users that are known from the start. Name and password are hashed as one, so that the time of a comparison shows neither
 * the length of a secret nor whether the name exists.
 */
final class FixedCredentials implements Credentials {
    private final SaltedHash salted = new SaltedHash();
    private final byte[][] hashes;

    FixedCredentials(Map<String, String> passwords) {
        if (passwords.isEmpty()) {
            throw new IllegalArgumentException("credentials must have at least one user");
        }
        hashes = passwords.entrySet().stream()
                .map(each -> hash(each.getKey(), each.getValue()))
                .toArray(byte[][]::new);
    }

    private byte[] hash(String user, String password) {
        if (user.isBlank()) {
            throw new IllegalArgumentException("user must not be blank: \"" + user + "\"");
        }
        // Checks that a client can send them.
        BasicCredentials.join(user, password);
        if (new BasicCredentials(user, password).isTooLong()) {
            throw new IllegalArgumentException("name or password of a user has more than 1024 characters: "
                    + Printable.of(user.substring(0, Math.min(user.length(), 50))));
        }
        return salted.of(user, password);
    }

    @Override
    public boolean accepts(String user, String password) {
        byte[] given = salted.of(user, password);
        boolean found = false;
        for (byte[] hash : hashes) {
            // All users are compared, even after a match, so that the time shows nothing.
            found |= MessageDigest.isEqual(hash, given);
        }
        return found;
    }
}
