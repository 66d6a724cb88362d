package dev.sluice.proxy.auth;

import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import java.io.IOException;
import java.util.Objects;

/**
 * Lets only those enter whom an {@link Authenticator} accepts, on a server or on a route. Who it is stands in the exchange
 * ({@link dev.sluice.proxy.ExchangeRecord#principal()}), in the access log, and in the keys of limits.
 *
 * <pre>{@code
 * ProxyFilter staff = Authentication.require(BasicAuth.of("staff", Credentials.of("anna", "a long password")));
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(staff);
 * }</pre>
 *
 * <p>All others get 401 with a challenge for each kind of credentials (RFC 9110 §15.5.2), or 403 if there is none; no cache
 * keeps the page. The request's body is not read: a client that waits for a 100 gets this instead. If it cannot be decided
 * now, the answer is 503. Credentials do not go on, unless {@link #withPassOn} says so; another
 * filter of this class further inside still finds them. Immutable, safe for use by many
 * threads.
 */
public final class Authentication implements ProxyFilter {
    private final Authenticator authenticator;
    private final boolean required;
    private final boolean passOn;

    private Authentication(Authenticator authenticator, boolean required, boolean passOn) {
        this.authenticator = Objects.requireNonNull(authenticator, "authenticator");
        this.required = required;
        this.passOn = passOn;
    }

    /** A filter that lets nobody enter whom this does not accept. */
    public static Authentication require(Authenticator authenticator) {
        return new Authentication(authenticator, true, false);
    }

    /**
     * A filter that also lets those enter who give no credentials; there is no principal then. Wrong credentials are
     * refused. Of {@link Authenticator#allOf}, the first that does not accept decides: if it is one of addresses, a client
     * from elsewhere enters, without a principal.
     */
    public static Authentication optional(Authenticator authenticator) {
        return new Authentication(authenticator, false, false);
    }

    /** The same, and whether the credentials go on to the upstream; false by default. */
    public Authentication withPassOn(boolean on) {
        return new Authentication(authenticator, required, on);
    }

    /** {@link Stage#AUTHENTICATION}. */
    @Override
    public Stage stage() {
        return Stage.AUTHENTICATION;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        return next.handle(admit(request));
    }

    /**
     * Lets the request enter, and notes the principal in its exchange: what the filter does first.
     *
     * @return the request that goes on
     * @throws ProxyException if it may not enter: REFUSED, with the status and the fields of the answer
     * @throws IOException what an authenticator throws with an outcome of its own
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public ProxyRequest admit(ProxyRequest request) throws IOException, InterruptedException {
        hideCredentials(request.exchange().notes());
        AuthResult result = asked(request);
        ProxyRequest received = request.exchange().request();
        if (result instanceof AuthResult.NotGiven
                && received != null
                && request.exchange().record().principal() != null) {
            // Another filter further outside has let the request enter, and taken the credentials away.
            result = asked(received);
        }
        if (result instanceof AuthResult.Accepted accepted) {
            Principal principal = accepted.principal();
            if (principal != null) {
                request.exchange().notes().principal(principal);
            }
        } else if (result instanceof AuthResult.Refused refused) {
            throw refusal(refused.status(), refused.reason(), refused.fields());
        } else if (required && result instanceof AuthResult.NotGiven none) {
            Headers fields = Challenges.fields(none.challenges());
            // RFC 9110 §15.5.2: a 401 must have a challenge.
            throw fields.isEmpty()
                    ? refusal(403, "this client may not enter", fields)
                    : refusal(401, "authentication is required", fields);
        }
        return passOn ? request : authenticator.withoutCredentials(request);
    }

    /**
     * Hides in a record where the authenticator looks for credentials. A server calls it for each request that it gets,
     * for its own filters and for those of all its routes.
     */
    public void hideCredentials(ExchangeNotes notes) {
        authenticator.hideCredentials(notes);
    }

    private AuthResult asked(ProxyRequest request) throws IOException, InterruptedException {
        try {
            return Objects.requireNonNull(authenticator.authenticate(request), "an authenticator returned no result");
        } catch (IOException fault) {
            throw Unavailable.because(fault, "");
        }
    }

    private static ProxyException refusal(int status, String reason, Headers fields) {
        return ProxyException.refused(Outcome.REFUSED, status, reason, fields);
    }
}
