package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Authenticator} has found. Immutable.
 *
 * <p>A challenge is a value of {@code WWW-Authenticate} (RFC 9110 §11.6.1), such as {@code Basic realm="staff"}.
 */
public sealed interface AuthResult {
    /** The request may enter, and this is who sends it. */
    static AuthResult accepted(Principal principal) {
        return new Accepted(Objects.requireNonNull(principal, "principal"));
    }

    /**
     * There are no credentials of the kind that is asked for.
     *
     * @param challenges ask the client for some; none if it cannot be asked, as for an address
     */
    static AuthResult notGiven(String... challenges) {
        return new NotGiven(List.of(challenges));
    }

    /**
     * There are credentials, and they are wrong: 401.
     *
     * @param reason what the client and the log are told; never the credentials
     * @param challenges ask the client for others; with none, the status is 403
     */
    static AuthResult refused(String reason, String... challenges) {
        return new Refused(challenges.length == 0 ? 403 : 401, reason, Challenges.fields(List.of(challenges)));
    }

    /**
     * The request may enter.
     *
     * @param principal who sends it; null if that is not known, as for an address
     */
    record Accepted(@Nullable Principal principal) implements AuthResult {}

    /**
     * There are no credentials of this kind.
     *
     * @param challenges ask the client for some
     */
    record NotGiven(List<String> challenges) implements AuthResult {
        /** Copies the list. */
        public NotGiven {
            challenges = List.copyOf(challenges);
        }
    }

    /**
     * The request may not enter.
     *
     * @param status of the answer, 400 to 599
     * @param reason what the client and the log are told; never the credentials
     * @param fields of the answer, such as {@code WWW-Authenticate}; a 401 must have one (RFC 9110 §15.5.2)
     */
    record Refused(int status, String reason, Headers fields) implements AuthResult {}
}
