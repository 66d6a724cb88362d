package dev.sluice.proxy.syntax;

import dev.sluice.proxy.internal.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A name and a password, as the scheme Basic carries them (RFC 7617 §2), in UTF-8.
 *
 * @param user without a colon
 */
public record BasicCredentials(String user, String password) {
    private static final String SCHEME = "Basic";
    private static final int LONGEST = 1_024;

    /** Returns whether the value of a field has credentials of this scheme, however malformed. */
    public static boolean isBasic(String field) {
        return AuthScheme.is(SCHEME, field);
    }

    /**
     * The credentials in the value of a field, or null if it has another scheme or is malformed: also with a control
     * character, which neither part may have.
     */
    public static @Nullable BasicCredentials parse(String field) {
        if (!isBasic(field)) {
            return null;
        }
        String pair;
        try {
            byte[] decoded = Base64.getDecoder().decode(AuthScheme.credentials(SCHEME, field));
            // Strictly: with replacements, wrong bytes would be some other password.
            pair = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            return null;
        }
        int colon = pair.indexOf(':');
        return colon < 0 || pair.chars().anyMatch(Character::isISOControl)
                ? null
                : new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1));
    }

    /**
     * The two as one text.
     *
     * @throws IllegalArgumentException if they cannot be sent so; the message shows only the user
     */
    public static String join(String user, String password) {
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

    /** The field's value; throws as {@link #join} does. */
    public static String field(String user, String password) {
        return SCHEME
                + ' '
                + Base64.getEncoder().encodeToString(join(user, password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns whether one of the two is longer than anybody's: the time of slow hashes grows with the length of a password,
     * some with its square.
     */
    public boolean isTooLong() {
        return user.length() > LONGEST || password.length() > LONGEST;
    }

    /** The name alone. */
    @Override
    public String toString() {
        return user;
    }
}
