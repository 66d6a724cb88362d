package dev.sluice.proxy.forward;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.auth.Authentication;
import java.io.IOException;
import java.util.Objects;

/**
 * Authentication at a proxy. It is that at an origin with other names (RFC 9110 §11.7), so they are exchanged on the way
 * in and out: an authenticator sees {@code Authorization}, and answers with 401 and {@code WWW-Authenticate}.
 */
record ProxyAuthentication(Authentication authentication) {
    private static final String CREDENTIALS = "Authorization";
    private static final String CHALLENGE = "WWW-Authenticate";
    private static final String AT_PROXY = "Proxy-Authorization";

    /**
     * Lets the request enter, and notes the principal.
     *
     * @return the request without the credentials of the proxy
     * @throws ProxyException if it may not enter: REFUSED, with 407 instead of 401, and {@code Proxy-Authenticate}
     */
    ProxyRequest admit(ProxyRequest request) throws IOException, InterruptedException {
        try {
            ProxyRequest admitted = authentication.admit(asAtOrigin(request));
            return admitted.toBuilder()
                    .headers(withOwn(admitted.headers(), request.headers()))
                    .build();
        } catch (ProxyException refusal) {
            throw refusal.headers().has(CHALLENGE) ? asAtProxy(refusal) : refusal;
        }
    }

    private static ProxyRequest asAtOrigin(ProxyRequest request) {
        Headers.Builder fields = Headers.builder();
        request.headers().forEach((name, value) -> {
            if (name.equalsIgnoreCase(AT_PROXY)) {
                fields.add(CREDENTIALS, value);
            } else if (!name.equalsIgnoreCase(CREDENTIALS)) {
                fields.add(name, value);
            }
        });
        return request.toBuilder().headers(fields.build()).build();
    }

    /** With the client's credentials for the origin, and none for this proxy. */
    private static Headers withOwn(Headers admitted, Headers received) {
        Headers.Builder fields = admitted.toBuilder().remove(CREDENTIALS);
        received.all(CREDENTIALS).forEach(value -> fields.add(CREDENTIALS, value));
        return fields.build();
    }

    private static ProxyException asAtProxy(ProxyException refusal) {
        Headers.Builder fields = Headers.builder();
        refusal.headers()
                .forEach((name, value) ->
                        fields.add(name.equalsIgnoreCase(CHALLENGE) ? "Proxy-Authenticate" : name, value));
        int status = refusal.status() == 401 ? 407 : refusal.status();
        return ProxyException.refused(
                refusal.outcome(), status, Objects.requireNonNull(refusal.publicDetail()), fields.build());
    }
}
