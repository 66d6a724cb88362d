package dev.sluice.proxy.auth;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.syntax.BasicCredentials;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@link Credentials} as seldom as possible: a check is slow on purpose. A right password is remembered for a while,
 * the same one is not checked twice at once, and the number of checks is limited, for each client and for all. What is
 * remembered has a key that depends on what the client sent, and on nothing that the server knows: so no time shows who is
 * a user, and nobody gets another one's result. Safe for use by many threads.
 */
final class PasswordChecks {
    /** Right passwords that are remembered; beyond that, others are forgotten earlier. */
    private static final int KEPT = 10_000;

    private static final Object UNKNOWN = "unknown";

    private final Credentials credentials;
    private final long rememberNanos;
    private final Guesses guesses;
    private final Permits permits;
    private final SaltedHash salted = new SaltedHash();
    private final ConcurrentHashMap<ByteBuffer, Known> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ByteBuffer, Check> running = new ConcurrentHashMap<>();

    PasswordChecks(Credentials credentials, Duration remember, int maxFailures, int maxChecks) {
        this.credentials = credentials;
        this.rememberNanos = Nanos.of(remember);
        this.guesses = new Guesses(maxFailures);
        this.permits = new Permits(maxChecks);
    }

    /**
     * A password that was right.
     *
     * @param version what that depends on, see {@link Credentials#version}
     * @param client where it was right for the last time
     */
    private record Known(long untilNanos, String version, Object client) {}

    /**
     * A check that goes on. Both results are null if there is none, such as because the client has left, or has no more
     * tries: that says nothing about other clients.
     */
    private static final class Check {
        final Signal done = new Signal();
        final Object client;

        volatile @Nullable Boolean right;

        /** Why it failed; the same for all that wait for it, so that they do not fail one after the other. */
        volatile @Nullable IOException fault;

        Check(Object client) {
            this.client = client;
        }
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
        while (!isKnown(key, given.user(), client, scope.time().nanos())) {
            Check own = new Check(client);
            Check other = running.putIfAbsent(key, own);
            if (other == null) {
                return ran(own, key, scope, given);
            }
            ScopeWait.await(scope.time(), scope, other.done, TimeSource.NEVER);
            scope.check();
            IOException fault = other.fault;
            if (fault != null) {
                throw fault;
            }
            Boolean right = other.right;
            if (right != null) {
                return right ? 0 : -1;
            }
        }
        return 0;
    }

    /**
     * Whether this client itself has shown this password. Without tries left it learns nothing else, in no time: what others
     * have shown would let it go on guessing the passwords of all who are active.
     */
    private boolean isOwn(ByteBuffer key, Object client) {
        Known right = known.get(key);
        Check check = running.get(key);
        return (right != null && right.client().equals(client)) || (check != null && check.client.equals(client));
    }

    private boolean isKnown(ByteBuffer key, String user, Object client, long now)
            throws IOException, InterruptedException {
        Known found = known.get(key);
        if (found == null || found.untilNanos() <= now || !found.version().equals(credentials.version(user))) {
            return false;
        }
        if (!found.client().equals(client)) {
            known.replace(key, new Known(found.untilNanos(), found.version(), client));
        }
        return true;
    }

    private long ran(Check check, ByteBuffer key, Exchange scope, BasicCredentials given)
            throws IOException, InterruptedException {
        try {
            Object client = check.client;
            long tooEarly = guesses.take(client, scope.time().nanos());
            if (tooEarly > 0) {
                return tooEarly;
            }
            boolean wrong = false;
            try {
                wrong = !accepts(key, client, scope, given);
                check.right = !wrong;
            } catch (IOException fault) {
                check.fault = scope.cancelled() == null ? fault : null;
                throw fault;
            } finally {
                if (!wrong) {
                    guesses.giveBack(client, scope.time().nanos());
                }
            }
            return wrong ? -1 : 0;
        } finally {
            running.remove(key, check);
            check.done.fire();
        }
    }

    private boolean accepts(ByteBuffer key, Object client, Exchange scope, BasicCredentials given)
            throws IOException, InterruptedException {
        permits.acquire(scope);
        try {
            // Before the check: if the password is changed meanwhile, the old one is not remembered with the new
            // version.
            String version = credentials.version(given.user());
            boolean right = credentials.accepts(given.user(), given.password());
            if (right && rememberNanos > 0) {
                long until = Nanos.after(scope.time().nanos(), rememberNanos);
                remember(key, new Known(until, version, client), scope.time());
            }
            return right;
        } finally {
            permits.release();
        }
    }

    private void remember(ByteBuffer key, Known right, TimeSource time) {
        if (known.size() >= KEPT) {
            long now = time.nanos();
            known.values().removeIf(each -> each.untilNanos() <= now);
        }
        if (known.size() >= KEPT) {
            known.keySet().stream().findAny().ifPresent(known::remove);
        }
        known.put(key, right);
    }

    /** An address, or a network of 64 bits of IPv6, as one client often has that many addresses. */
    private static Object client(Exchange scope) {
        InetAddress address = scope.record().forwardedClient().address();
        return address == null ? UNKNOWN : ClientShares.key(address);
    }

    /** How many right passwords are remembered. */
    int remembered() {
        return known.size();
    }
}
