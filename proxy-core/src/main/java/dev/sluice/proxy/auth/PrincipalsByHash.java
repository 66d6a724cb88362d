package dev.sluice.proxy.auth;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.internal.Printable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Principals by the SHA-256 of what they show. */
final class PrincipalsByHash {
    private PrincipalsByHash() {}

    /**
     * The principals, by hashes in lower case.
     *
     * @throws IllegalArgumentException if there is none, or a hash is not 64 hexadecimal digits, or a name is blank; the
     *     message names the option
     */
    static Map<String, Principal> of(String option, Map<String, String> users) {
        if (users.isEmpty()) {
            throw new IllegalArgumentException(option + " must have at least one user");
        }
        Map<String, Principal> known = new HashMap<>();
        users.forEach((hash, user) -> {
            if (!hash.matches("[0-9a-fA-F]{64}")) {
                throw new IllegalArgumentException(option + " must be 64 hexadecimal digits, the SHA-256: \""
                        + Printable.of(hash) + "\" of user " + Printable.of(user));
            }
            known.put(hash.toLowerCase(Locale.ROOT), Principal.of(user));
        });
        return Map.copyOf(known);
    }
}
