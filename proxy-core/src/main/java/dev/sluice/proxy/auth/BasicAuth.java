package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.BasicCredentials;
import java.io.IOException;
import java.time.Duration;
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
 *
 * <p>A check of a password is slow on purpose, so floods of guesses get few. The same password of the same user is checked
 * once at a time, and is remembered for a minute if it is right, as a secret hash, for at most 10,000 users. Each client
 * address (each /64 of IPv6) has 30 wrong ones a minute: further ones get 429 unchecked, right or wrong, unless this
 * address has shown them before. If more than 100,000 addresses are wrong at once, further ones share their tries. Checks
 * run on as many threads as there are processors; the others wait for up to 5 s, then get 503. Names and passwords of more
 * than 1,024 characters are refused unchecked.
 */
public final class BasicAuth implements Authenticator {
    private final String challenge;
    private final Credentials credentials;
    private final Duration remember;
    private final int maxFailures;
    private final int maxChecks;
    private final PasswordChecks checks;

    private BasicAuth(String challenge, Credentials credentials, Duration remember, int maxFailures, int maxChecks) {
        this.challenge = challenge;
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        this.remember = Require.upTo("remember", Duration.ofDays(1), remember);
        this.maxFailures = Require.positive("maxFailures", maxFailures);
        this.maxChecks = Require.positive("maxChecks", maxChecks);
        this.checks = new PasswordChecks(credentials, remember, maxFailures, maxChecks);
    }

    /**
     * Asks for a name and a password.
     *
     * @param realm the text that a browser shows its user
     * @throws IllegalArgumentException if the realm has anything but printable ASCII; the message shows it
     */
    public static BasicAuth of(String realm, Credentials credentials) {
        return new BasicAuth(
                Challenges.of("Basic", realm) + ", charset=\"UTF-8\"",
                credentials,
                Duration.ofMinutes(1),
                30,
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * The same with another time for which a right password is remembered; 1 min by default, and 0 for not at all.
     *
     * @throws IllegalArgumentException if it is negative, or more than a day
     */
    public BasicAuth withRemember(Duration time) {
        return new BasicAuth(challenge, credentials, time, maxFailures, maxChecks);
    }

    /**
     * The same with another number of wrong passwords that a client address has in a minute; 30 by default. Clients behind
     * one proxy that you do not trust are one address.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public BasicAuth withMaxFailures(int perMinute) {
        return new BasicAuth(challenge, credentials, remember, perMinute, maxChecks);
    }

    /**
     * The same with another number of checks at once; that of the processors by default.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public BasicAuth withMaxChecks(int atOnce) {
        return new BasicAuth(challenge, credentials, remember, maxFailures, atOnce);
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
        List<String> fields = request.headers().all("Authorization");
        if (fields.stream().noneMatch(BasicCredentials::isBasic)) {
            return AuthResult.notGiven(challenge);
        }
        // With two fields it is not clear which one counts.
        BasicCredentials given = fields.size() == 1 ? BasicCredentials.parse(fields.get(0)) : null;
        if (given == null || given.user().isBlank() || given.isTooLong()) {
            return AuthResult.refused("the credentials are malformed", challenge);
        }
        try {
            return result(given, checks.check(request, given));
        } catch (IOException fault) {
            throw Unavailable.because(fault, given.password());
        } catch (RuntimeException fault) {
            throw Unavailable.without(fault, given.password());
        }
    }

    private AuthResult result(BasicCredentials given, long checked) {
        if (checked == 0) {
            return AuthResult.accepted(Principal.of(given.user()));
        }
        if (checked < 0) {
            return AuthResult.refused("user or password is wrong", challenge);
        }
        long seconds = Nanos.wholeSeconds(checked);
        return new AuthResult.Refused(
                429, "too many wrong passwords", Headers.of("Retry-After", String.valueOf(seconds)));
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
