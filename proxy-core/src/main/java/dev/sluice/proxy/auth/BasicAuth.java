package dev.sluice.proxy.auth;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.syntax.BasicCredentials;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * A name and a password with the scheme Basic (RFC 7617), in UTF-8. The principal has the user's name. The client sends
 * the password with each request, in a form that everyone on the way can read: listen with TLS. Safe for use by many
 * threads.
 *
 * <pre>{@code
 * ProxyFilter staff = Authentication.require(BasicAuth.of("staff", Credentials.of("anna", "a long password")));
 * }</pre>
 */
public final class BasicAuth implements Authenticator {
    private final String challenge;
    private final Credentials credentials;

    private BasicAuth(String challenge, Credentials credentials) {
        this.challenge = challenge;
        this.credentials = Objects.requireNonNull(credentials, "credentials");
    }

    /**
     * Asks for a name and a password.
     *
     * @param realm the text that a browser shows its user
     * @throws IllegalArgumentException if the realm has anything but printable ASCII; the message shows it
     */
    public static BasicAuth of(String realm, Credentials credentials) {
        return new BasicAuth(Challenges.of("Basic", realm) + ", charset=\"UTF-8\"", credentials);
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
        List<String> fields = request.headers().all("Authorization");
        if (fields.stream().noneMatch(BasicCredentials::isBasic)) {
            return AuthResult.notGiven(challenge);
        }
        // With two fields it is not clear which one counts.
        BasicCredentials given = fields.size() == 1 ? BasicCredentials.parse(fields.get(0)) : null;
        if (given == null || given.user().isBlank()) {
            return AuthResult.refused("the credentials are malformed", challenge);
        }
        return accepts(given.user(), given.password())
                ? AuthResult.accepted(Principal.of(given.user()))
                : AuthResult.refused("user or password is wrong", challenge);
    }

    private boolean accepts(String user, String password) throws IOException, InterruptedException {
        try {
            return credentials.accepts(user, password);
        } catch (IOException fault) {
            throw Unavailable.because(fault, password);
        }
    }

    /** Without {@code Authorization} fields of this scheme. */
    @Override
    public ProxyRequest withoutCredentials(ProxyRequest request) {
        return Challenges.without(request, BasicCredentials::isBasic);
    }

    /** The challenge. */
    @Override
    public String toString() {
        return challenge;
    }
}
