package dev.sluice.proxy.auth;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.scope.Joined;
import dev.sluice.proxy.scope.Places;
import dev.sluice.proxy.syntax.BasicCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@link Credentials} as seldom as possible: a check is slow on purpose. A right password is remembered for a while,
 * the same one is not checked twice at once, and the number of checks is limited, for each client and for all. What is
 * remembered has a key that depends on what the client sent, and on nothing that the server knows: so no time shows who is
 * a user, and nobody gets another one's result. Safe for use by many threads.
 */
final class PasswordChecks {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Object UNKNOWN = "unknown";

    private final Credentials credentials;
    private final SaltedHash salted = new SaltedHash();
    private final Guesses guesses;
    private final RightPasswords right;
    private final Joined<Long> running = new Joined<>();
    private final Places places;

    PasswordChecks(Credentials credentials, Duration remember, int maxFailures, int maxChecks) {
        this.credentials = credentials;
        this.guesses = new Guesses(maxFailures);
        this.right = new RightPasswords(remember);
        this.places = new Places(() -> maxChecks, Integer.MAX_VALUE, LONGEST_WAIT, PasswordChecks::overloaded);
    }

    private static ProxyException overloaded(String reason) {
        return ProxyException.refused(Outcome.OVERLOADED, "too many passwords are being checked", reason);
    }

    /**
     * Decides about a password.
     *
     * @return 0 if it is right, -1 if it is wrong; else it is not known, and the client may ask again after so many
     *     nanoseconds
     */
    long check(ProxyRequest request, BasicCredentials given) throws IOException, InterruptedException {
        Exchange scope = request.exchange();
        ByteBuffer key = ByteBuffer.wrap(salted.of(given.user(), given.password()));
        Object client = client(scope);
        long tooEarly =
                isOwn(key, client) ? 0 : guesses.tooEarly(client, scope.time().nanos());
        if (tooEarly > 0) {
            return tooEarly;
        }
        while (!right.has(
                key,
                () -> credentials.version(given.user()),
                client,
                scope.time().nanos())) {
            // That another client has no tries left, or is gone, says nothing about this one.
            @Nullable
            Long result =
                    running.run(key, client, scope, known -> known <= 0, () -> counted(key, client, scope, given));
            if (result != null) {
                return result;
            }
        }
        return 0;
    }

    /**
     * Whether this client itself has shown this password. Without tries left it learns nothing else, in no time: what others
     * have shown would let it go on guessing the passwords of all who are active.
     */
    private boolean isOwn(ByteBuffer key, Object client) {
        return right.isFrom(key, client) || running.isRunning(key, client);
    }

    private long counted(ByteBuffer key, Object client, Exchange scope, BasicCredentials given)
            throws IOException, InterruptedException {
        long tooEarly = guesses.take(client, scope.time().nanos());
        if (tooEarly > 0) {
            return tooEarly;
        }
        boolean wrong = false;
        try {
            wrong = !accepts(key, client, scope, given);
        } finally {
            if (!wrong) {
                guesses.giveBack(client, scope.time().nanos());
            }
        }
        return wrong ? -1 : 0;
    }

    private boolean accepts(ByteBuffer key, Object client, Exchange scope, BasicCredentials given)
            throws IOException, InterruptedException {
        Places.Place place = places.take("", scope, Limits.waiting(scope));
        try {
            // Before the check: if the password is changed meanwhile, the old one is not remembered with the new
            // version.
            String version = credentials.version(given.user());
            boolean accepted = credentials.accepts(given.user(), given.password());
            if (accepted) {
                right.add(key, version, client, scope.time().nanos());
            }
            return accepted;
        } finally {
            place.release();
        }
    }

    /** An address, or a network of 64 bits of IPv6, as one client often has that many addresses. */
    private static Object client(Exchange scope) {
        InetAddress address = scope.record().forwardedClient().address();
        return address == null ? UNKNOWN : ClientShares.key(address);
    }

    /** How many right passwords are remembered. */
    int remembered() {
        return right.size();
    }
}
