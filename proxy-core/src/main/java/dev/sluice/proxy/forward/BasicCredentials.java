package dev.sluice.proxy.forward;

import dev.sluice.proxy.internal.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A name and a password, as the scheme Basic carries them (RFC 7617 §2), in UTF-8.
 *
 * @param user without a colon
 */
record BasicCredentials(String user, String password) {
    private static final String SCHEME = "Basic ";

    /** The credentials in {@code Proxy-Authorization}, or null if it has another scheme or is malformed. */
    static @Nullable BasicCredentials parse(String field) {
        if (!field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] decoded;
        try {
            decoded =
                    Base64.getDecoder().decode(field.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        String pair = new String(decoded, StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return colon < 0 ? null : new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1));
    }

    /**
     * The two as one text.
     *
     * @throws IllegalArgumentException if they cannot be sent so
     */
    static String join(String user, String password) {
        if (user.indexOf(':') >= 0 || user.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "user must have neither a colon nor a control character: \"" + Printable.of(user) + "\"");
        }
        if (password.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the password of user " + Printable.of(user) + " has a control character");
        }
        return user + ':' + password;
    }

    /** The field's value. */
    static String field(String user, String password) {
        return SCHEME + Base64.getEncoder().encodeToString(join(user, password).getBytes(StandardCharsets.UTF_8));
    }

    /** The name alone. */
    @Override
    public String toString() {
        return user;
    }
}
