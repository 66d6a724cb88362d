package dev.sluice.proxy.auth;

import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Predicate;

/** {@link Authenticator#when}. */
final class Allowed implements Authenticator {
    static final String REASON = "this is not allowed";

    private final Authenticator authenticator;
    private final Predicate<Principal> allowed;

    Allowed(Authenticator authenticator, Predicate<Principal> allowed) {
        this.authenticator = authenticator;
        this.allowed = Objects.requireNonNull(allowed, "when");
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
        AuthResult result = authenticator.authenticate(request);
        if (!(result instanceof AuthResult.Accepted accepted)) {
            return result;
        }
        Principal principal = accepted.principal();
        return principal != null && allowed.test(principal)
                ? result
                : new AuthResult.Refused(403, REASON, Headers.empty());
    }

    @Override
    public void hideCredentials(ExchangeNotes notes) {
        authenticator.hideCredentials(notes);
    }

    @Override
    public ProxyRequest withoutCredentials(ProxyRequest request) {
        return authenticator.withoutCredentials(request);
    }
}
