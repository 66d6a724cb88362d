package dev.sluice.proxy.auth;

import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Decides who sends a request, by one kind of credentials. {@link Authentication#require} makes a filter of it, and a
 * forward proxy asks it too. Called from many threads at once; may block.
 *
 * <pre>{@code
 * Authenticator staff = BasicAuth.of("staff", Credentials.of("anna", "a long password"));
 * Authenticator office = request -> request.headers().has("X-Office")
 *         ? AuthResult.accepted(Principal.of("office"))
 *         : AuthResult.notGiven();
 * ProxyFilter either = Authentication.require(Authenticator.anyOf(office, staff));
 * }</pre>
 *
 * <p>A forward proxy's clients send their credentials in {@code Proxy-Authorization}. There an authenticator finds them in
 * {@code Authorization} too, and need not know where it is used.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Decides about one request. Do not read its body.
     *
     * @throws IOException if it cannot be decided now, such as because a directory does not answer: nobody enters, and
     *     the client gets 503
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException;

    /**
     * The request without the credentials that this looks for, whether they are good or not: so it goes on. By default
     * the request itself.
     */
    default ProxyRequest withoutCredentials(ProxyRequest request) {
        return request;
    }

    /**
     * Hides in a record where this looks for credentials, by {@link ExchangeNotes#secretField} and {@link
     * ExchangeNotes#secretParameter}; {@code Authorization} and {@code Cookie} always are. Called for each request to the
     * server, before any filter of it, so that one that is refused early is no exception; by a forward proxy when it asks
     * this. Must not block. Does nothing by default.
     */
    default void hideCredentials(ExchangeNotes notes) {}

    /**
     * This one, but only for some principals: any other gets 403, and so does a request that enters without a principal.
     *
     * @param allowed called from many threads at once
     */
    default Authenticator when(Predicate<Principal> allowed) {
        return new Allowed(this, allowed);
    }

    /**
     * The first of these that accepts the request counts, and the others after it are not asked. If none accepts it, the
     * answer has the challenges of all, and is 401 or 403 if one of them answers so. One that fails does not keep another
     * one from accepting. A wrong password ends
     * nothing: the next one is asked.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Authenticator anyOf(Authenticator... authenticators) {
        return new Several.AnyOf(some("anyOf", authenticators));
    }

    /**
     * Each of these must accept the request, in this order; the first that does not decides about the answer. The
     * principal is that of the first that names one.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Authenticator allOf(Authenticator... authenticators) {
        return new Several.AllOf(some("allOf", authenticators));
    }

    private static List<Authenticator> some(String option, Authenticator[] authenticators) {
        if (authenticators.length == 0) {
            throw new IllegalArgumentException(option + " needs at least one authenticator");
        }
        for (Authenticator each : authenticators) {
            Objects.requireNonNull(each, option);
        }
        return List.of(authenticators);
    }
}
