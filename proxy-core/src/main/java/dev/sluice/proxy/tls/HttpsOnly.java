package dev.sluice.proxy.tls;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.HostName;
import java.io.IOException;
import java.time.Duration;

/**
 * Serves nothing in clear: a request over http is redirected to the same place over https, with 308 (RFC 9110 §15.4.9),
 * which keeps its method. With a {@linkplain #withMaxAge maximum age}, browsers are told to come over https only (HSTS, RFC
 * 6797). Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer plain = ProxyServer.builder().port(80).addFilter(HttpsOnly.DEFAULT).build();
 * ProxyServer.Builder secure = ProxyServer.builder().port(443).addFilter(HttpsOnly.DEFAULT.withMaxAge(Duration.ofDays(365)));
 * }</pre>
 *
 * <p>A trusted peer's word counts: behind one that ends TLS and says so in {@code X-Forwarded-Proto}, a request is over
 * https. So name it with {@code trust(…)}, or each request is redirected again and again. CONNECT goes on. For a server that
 * is a forward proxy too, add this to its routes and not to the server: what a forward proxy gets is for other hosts.
 */
public final class HttpsOnly implements ProxyFilter {
    /** Redirects to port 443, and says nothing to browsers. */
    public static final HttpsOnly DEFAULT = new HttpsOnly(443, Duration.ZERO, false);

    private final int port;
    private final Duration maxAge;
    private final boolean subdomains;

    private HttpsOnly(int port, Duration maxAge, boolean subdomains) {
        this.port = Require.within("port", 1, 65_535, port);
        this.maxAge = Require.notNegative("maxAge", maxAge);
        this.subdomains = subdomains;
    }

    /**
     * The same with another port of https; 443 by default.
     *
     * @throws IllegalArgumentException if it is not 1 to 65535
     */
    public HttpsOnly withPort(int port) {
        return new HttpsOnly(port, maxAge, subdomains);
    }

    /**
     * The same with another time for which browsers remember, from each response over https on, to come over https only; 0
     * by default, which says nothing to them. In whole seconds, rounded down. Begin with a short time: it cannot be taken back.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public HttpsOnly withMaxAge(Duration time) {
        return new HttpsOnly(port, time, subdomains);
    }

    /** The same, and whether that also holds for all names below the host's; false by default. */
    public HttpsOnly withSubdomains(boolean on) {
        return new HttpsOnly(port, maxAge, on);
    }

    /** The port of https. */
    public int port() {
        return port;
    }

    /** How long browsers remember. */
    public Duration maxAge() {
        return maxAge;
    }

    /** Returns whether that also holds for all names below the host's. */
    public boolean subdomains() {
        return subdomains;
    }

    /** {@link Stage#EVERY_RESPONSE}: a refusal over https is remembered like any other response. */
    @Override
    public Stage stage() {
        return Stage.EVERY_RESPONSE;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        if (request.target().form() == RequestTarget.Form.AUTHORITY) {
            return next.handle(request);
        }
        ForwardedClient client = request.exchange().record().forwardedClient();
        return client.scheme().equals("https") ? remembered(next.handle(request)) : redirect(request, client);
    }

    @Override
    public ProxyResponse page(Exchange exchange, ProxyResponse page) {
        return exchange.record().forwardedClient().scheme().equals("https") ? remembered(page) : page;
    }

    private ProxyResponse redirect(ProxyRequest request, ForwardedClient client) throws ProxyException {
        Authority authority = client.authority();
        if (authority == null) {
            throw ProxyException.refused(
                    Outcome.BAD_REQUEST, 400, "a request over http without a host cannot be redirected");
        }
        // For the whole server it is enough to say so for its root.
        boolean whole = request.target().form() == RequestTarget.Form.ASTERISK;
        String path = whole ? "/" : client.prefix() + request.target().pathAndQuery();
        String at = HostName.inBrackets(authority.host()) + (port == 443 ? "" : ":" + port);
        return ProxyResponse.builder(308)
                .header("Location", "https://" + at + path)
                .build();
    }

    private ProxyResponse remembered(ProxyResponse response) {
        if (maxAge.toSeconds() == 0) {
            return response;
        }
        String value = "max-age=" + maxAge.toSeconds() + (subdomains ? "; includeSubDomains" : "");
        return response.toBuilder().header("Strict-Transport-Security", value).build();
    }
}
