package dev.sluice.proxy.auth;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Authenticator#allOf}. */
final class AllOf implements Authenticator {
    private final List<Authenticator> all;

    AllOf(List<Authenticator> all) {
        this.all = all;
    }

    @Override
    public AuthResult authenticate(ProxyRequest request) throws IOException, InterruptedException {
        @Nullable Principal principal = null;
        for (Authenticator each : all) {
            AuthResult result = each.authenticate(request);
            if (!(result instanceof AuthResult.Accepted accepted)) {
                return result;
            }
            principal = principal == null ? accepted.principal() : principal;
        }
        return new AuthResult.Accepted(principal);
    }

    @Override
    public ProxyRequest withoutCredentials(ProxyRequest request) {
        ProxyRequest clean = request;
        for (Authenticator each : all) {
            clean = each.withoutCredentials(clean);
        }
        return clean;
    }
}
