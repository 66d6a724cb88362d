package dev.sluice.proxy.auth;

import java.io.IOException;
import java.util.Map;

/** Decides which names and passwords are valid. Called from many threads at once; may block. */
@FunctionalInterface
public interface Credentials {
    /**
     * Returns whether the password is the user's. An implementation must compare in a time that does not show how much
     * was right, such as with {@link java.security.MessageDigest#isEqual} on hashes, and must take the same time for an
     * unknown user. {@link BasicAuth} says how often it is called.
     *
     * @param user neither blank nor with a colon
     * @throws IOException if the check fails; nobody enters
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    boolean accepts(String user, String password) throws IOException, InterruptedException;

    /**
     * Only these users, compared in constant time. Every look-up goes through all of them, so use it for at most some
     * thousands.
     *
     * @param passwords by the name of the user; copied, and kept only as salted hashes
     * @throws IllegalArgumentException if there is none, or a name is blank or has a colon or a control character; the
     *     message shows the name
     */
    static Credentials of(Map<String, String> passwords) {
        return new FixedCredentials(passwords);
    }

    /** Only this user; throws as {@link #of(Map)} does. */
    static Credentials of(String user, String password) {
        return of(Map.of(user, password));
    }
}
