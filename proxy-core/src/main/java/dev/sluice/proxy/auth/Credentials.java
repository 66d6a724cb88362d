package dev.sluice.proxy.auth;

import java.io.IOException;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

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
     * What a check depends on, such as the stored hash of the password: a password that was right is remembered only as
     * long as this stays the same. Asked for each request, so it should be quick. By default empty: then a password that
     * is changed still counts until it is forgotten.
     *
     * @throws IOException if it is not known now; nobody enters
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    default String version(String user) throws IOException, InterruptedException {
        return "";
    }

    /**
     * Users of whom you keep a hash of the password, made by a slow function such as bcrypt. A change of the hash takes
     * effect at once.
     *
     * @param hashes the stored hash of a user; asked for each request
     * @param check whether a password (the first) fits a hash (the second), such as of a library for bcrypt; it should
     *     return false for a hash that it cannot read
     * @param decoy a hash of the same form and cost, of some password that nobody knows: for a user that does not exist it
     *     is checked instead, so that the time does not show who is a user
     */
    static Credentials hashed(Hashes hashes, BiPredicate<String, String> check, String decoy) {
        return new HashedCredentials(hashes, check, decoy);
    }

    /** Looks up the stored hash of a user's password. Called from many threads at once; may block. */
    @FunctionalInterface
    interface Hashes {
        /**
         * The hash, or null if there is no such user.
         *
         * @throws IOException if it is not known now; nobody enters
         * @throws InterruptedException if the thread is interrupted while it waits
         */
        @Nullable
        String of(String user) throws IOException, InterruptedException;
    }

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
