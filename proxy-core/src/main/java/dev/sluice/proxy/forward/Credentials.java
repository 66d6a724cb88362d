package dev.sluice.proxy.forward;

import java.io.IOException;
import java.util.Map;

/** Says which names and passwords are good. Called from many threads at once, for each request; may block. */
@FunctionalInterface
public interface Credentials {
    /**
     * Returns whether the password is the user's. An implementation compares in a time that does not tell how much was
     * right, such as with {@link java.security.MessageDigest#isEqual} on hashes, and takes as long for a user that it
     * does not know.
     *
     * @throws IOException if it cannot be told; the request is not sent on
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    boolean accepts(String user, String password) throws IOException, InterruptedException;

    /**
     * These users alone, compared in constant time. Every look-up goes through all of them, so this is for some
     * thousands at most.
     *
     * @param passwords by name of the user; copied, and kept as salted hashes alone
     * @throws IllegalArgumentException if there is none, or a name has a colon or a control character; the message
     *     shows the name
     */
    static Credentials of(Map<String, String> passwords) {
        return new FixedCredentials(passwords);
    }

    /** This user alone; throws as {@link #of(Map)} does. */
    static Credentials of(String user, String password) {
        return of(Map.of(user, password));
    }
}
