package dev.sluice.proxy.auth;

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
import java.util.function.Predicate;

/**
 * Lets only some of those pass whom an {@link Authentication} has found, on the same server or route or further outside;
 * all others, and requests without a principal, get 403. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ProxyFilter admins = Authorization.when(principal -> principal.name().equals("anna"));
 * }</pre>
 */
public final class Authorization implements ProxyFilter {
    private final Predicate<Principal> allowed;

    private Authorization(Predicate<Principal> allowed) {
        this.allowed = Objects.requireNonNull(allowed, "when");
    }

    /**
     * A filter that lets these principals pass.
     *
     * @param allowed called from many threads at once
     */
    public static Authorization when(Predicate<Principal> allowed) {
        return new Authorization(allowed);
    }

    /** {@link Stage#AFTER_AUTHENTICATION}. */
    @Override
    public Stage stage() {
        return Stage.AFTER_AUTHENTICATION;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Principal principal = request.exchange().record().principal();
        if (principal == null || !allowed.test(principal)) {
            throw ProxyException.refused(Outcome.REFUSED, 403, Allowed.REASON);
        }
        return next.handle(request);
    }
}
