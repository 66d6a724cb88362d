package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.AuthScheme;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.syntax.QuotedString;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token with the scheme Bearer (RFC 6750), only in {@code Authorization}: a token in a URL ends up in logs. Your {@link
 * TokenVerifier} decides whose it is. Whoever has the token may use it: listen with TLS. This does not
 * count guesses; a {@link dev.sluice.proxy.limit.FailureLimit} does. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * TokenVerifier verifier = token -> token.equals("secret") ? Principal.of("robot") : null;
 * ProxyFilter api = Authentication.require(BearerAuth.of("api", verifier));
 * }</pre>
 */
public final class BearerAuth implements Authenticator {
    private static final String SCHEME = "Bearer";

    /** The attribute of a principal with what its token is good for (RFC 8693 §4.2). */
    private static final String SCOPE = "scope";

    private final String challenge;
    private final TokenVerifier verifier;
    private final List<String> scopes;

    private BearerAuth(String challenge, TokenVerifier verifier, List<String> scopes) {
        this.challenge = challenge;
        this.verifier = Objects.requireNonNull(verifier, "verifier");
        this.scopes = scopes;
    }

    /**
     * Asks for a token.
     *
     * @param realm the name of what is protected
     * @throws IllegalArgumentException if the realm has anything but printable ASCII; the message shows it
     */
    public static BearerAuth of(String realm, TokenVerifier verifier) {
        return new BearerAuth(Challenges.of(SCHEME, realm), verifier, List.of());
    }

    /**
     * The same for tokens that are good for all of these; others get 403. What a token is good for is the attribute {@code
     * scope} of its principal: a text with spaces between them, or a collection. None by default.
     *
     * @throws IllegalArgumentException if one is not of printable ASCII without space, quote and backslash (RFC 6749
     *     §3.3); the message shows it
     */
    public BearerAuth withScopes(String... scopes) {
        for (String scope : scopes) {
            if (!scope.matches("[!-~&&[^\"\\\\]]+")) {
                throw new IllegalArgumentException(
                        "scope must be printable ASCII without space, quote and backslash: \"" + Printable.of(scope)
                                + "\"");
            }
        }
        return new BearerAuth(challenge, verifier, List.of(scopes));
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
        List<String> fields = request.headers().all("Authorization");
        if (fields.stream().noneMatch(BearerAuth::isBearer)) {
            // RFC 6750 §3.1: without credentials, the challenge has no error.
            return AuthResult.notGiven(scopes.isEmpty() ? challenge : challenge + ", " + scope());
        }
        // Of two fields, only the second may be of this scheme.
        String token = fields.size() == 1 ? AuthScheme.credentials(SCHEME, fields.get(0)) : "";
        boolean twice = QueryNames.has(request.target().query(), "access_token"::equals);
        if (twice || !isToken(token)) {
            // RFC 6750 §2, §3.1: one way for each request.
            return refused(400, "the token is malformed, or sent in more than one way", "invalid_request");
        }
        Principal principal = verified(token);
        if (principal == null) {
            return refused(401, "the token is not valid", "invalid_token");
        }
        return hasScopes(principal)
                ? AuthResult.accepted(principal)
                : refused(403, "the token is not good for this", "insufficient_scope");
    }

    private @Nullable Principal verified(String token) throws IOException, InterruptedException {
        try {
            return verifier.verify(token);
        } catch (IOException fault) {
            throw Unavailable.because(fault, token);
        } catch (RuntimeException fault) {
            throw Unavailable.without(fault, token);
        }
    }

    private AuthResult refused(int status, String reason, String error) {
        String why = challenge + ", error=" + QuotedString.of(error);
        String whole = error.equals("insufficient_scope") ? why + ", " + scope() : why;
        return new AuthResult.Refused(status, reason, Headers.of(Challenges.FIELD, whole));
    }

    private String scope() {
        return "scope=" + QuotedString.of(String.join(" ", scopes));
    }

    private boolean hasScopes(Principal principal) {
        if (scopes.isEmpty()) {
            return true;
        }
        Object given = principal.attributes().getOrDefault(SCOPE, "");
        Collection<?> all = given instanceof Collection<?> several
                ? several
                : Arrays.asList(Objects.toString(given, "").split(" ", -1));
        return all.containsAll(scopes);
    }

    private static boolean isBearer(String field) {
        return AuthScheme.is(SCHEME, field);
    }

    /** RFC 6750 §2.1: {@code b64token}. */
    private static boolean isToken(String token) {
        int end = token.length();
        while (end > 0 && token.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = token.charAt(i);
            if (!Ascii.isLetterOrDigit(c) && "-._~+/".indexOf(c) < 0) {
                return false;
            }
        }
        return end > 0;
    }

    /** Without {@code Authorization} fields of this scheme. */
    @Override
    public ProxyRequest withoutCredentials(ProxyRequest request) {
        return Challenges.without(request, BearerAuth::isBearer);
    }

    /** The challenge. */
    @Override
    public String toString() {
        return challenge;
    }
}
