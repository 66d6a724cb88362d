package dev.sluice.proxy.forward;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.internal.Printable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks clients for credentials, as {@link ForwardProxyBuilder#basicAuthentication} promises it. Safe for use by many threads.
 */
final class BasicAuthentication {
    private final String challenge;
    private final Credentials credentials;

    private BasicAuthentication(String challenge, Credentials credentials) {
        this.challenge = challenge;
        this.credentials = credentials;
    }

    /** @throws IllegalArgumentException if the realm has anything but printable ASCII; the message shows it */
    static BasicAuthentication of(String realm, Credentials credentials) {
        if (!realm.equals(Printable.of(realm))) {
            throw new IllegalArgumentException("realm must be printable ASCII: \"" + Printable.of(realm) + "\"");
        }
        String quoted = realm.replace("\\", "\\\\").replace("\"", "\\\"");
        return new BasicAuthentication(
                "Basic realm=\"" + quoted + "\", charset=\"UTF-8\"",
                Objects.requireNonNull(credentials, "credentials"));
    }

    /**
     * The answer to a request without valid credentials; null if they are valid, and then the user is in the exchange.
     */
    @Nullable
    ProxyResponse challenge(ProxyRequest request) throws IOException, InterruptedException {
        List<String> fields = request.headers().all("Proxy-Authorization");
        // With two fields it is not clear which one counts.
        BasicCredentials given = fields.size() == 1 ? BasicCredentials.parse(fields.get(0)) : null;
        if (given == null) {
            return refuse(request, "authentication at the proxy is required");
        }
        if (!credentials.accepts(given.user(), given.password())) {
            return refuse(request, "user or password is wrong");
        }
        request.exchange().put(ForwardProxy.User.class, new ForwardProxy.User(given.user()));
        return null;
    }

    private ProxyResponse refuse(ProxyRequest request, String detail) {
        ProxyException why = ProxyException.refused(Outcome.REFUSED, 407, detail);
        request.exchange().notes().failed(why);
        // RFC 9110 §15.5.8: a 407 must have the challenge, which error pages do not know.
        return ErrorHandler.standardPage(request, why).toBuilder()
                .addHeader("Proxy-Authenticate", challenge)
                .build();
    }

    /** The challenge. */
    @Override
    public String toString() {
        return challenge;
    }
}
