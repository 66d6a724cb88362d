package dev.sluice.balancer.health;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request through the upstream itself, so that the probe uses the same way as requests, or through another
 * upstream if the place is another.
 *
 * @param host what {@code Host} says; null for the upstream's own host and port
 */
record HttpProbe(
        String method,
        String path,
        @Nullable Authority host,
        Headers headers,
        Expectation expectation,
        ProbePlace place)
        implements Probe {
    /** A longer body is not read to its end, so its connection is closed. */
    private static final int BODY_LIMIT = 64 * 1024;

    private static final String NAME = "an HTTP health check at another port";

    HttpProbe {
        if (!Headers.isToken(method) || method.equals("CONNECT")) {
            throw new IllegalArgumentException("health check method must be one for a path: \"" + method + "\"");
        }
        if (method.equals("HEAD") && expectation.needsBody()) {
            throw new IllegalArgumentException("health check method must be one that is answered with a body: HEAD");
        }
        try {
            RequestTarget.of("http", null, path);
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException(
                    "health check path must be a request target that begins with a slash: \"" + path + "\"", fault);
        }
    }

    @Override
    public Upstream target(Upstream member, Function<URI, Upstream> connect) {
        return place.target(member, connect, NAME);
    }

    @Override
    public void requireFor(Upstream upstream) {
        if (host != null && !upstream.capabilities().contains(Capability.HOST)) {
            throw new IllegalArgumentException("health check host \"" + host
                    + "\" needs an upstream that can send another" + " Host than its own: \"" + upstream.id() + "\"");
        }
        place.requireFor(upstream, NAME);
    }

    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException {
        Authority named = host == null ? upstream.authority() : host;
        RequestTarget target = RequestTarget.of(upstream.scheme(), named, upstream.basePath() + path);
        ProxyRequest request =
                ProxyRequest.builder(scope, method, target).headers(headers).build();
        try (ProxyResponse response = upstream.send(request)) {
            byte[] body = begin(response.body());
            scope.check();
            expectation.check(response.status());
            if (expectation.needsBody()) {
                expectation.check(new String(body, StandardCharsets.UTF_8));
            }
            return "status " + response.status();
        }
    }

    /** Reads the body, so that its connection can be used again and one that breaks off is seen. */
    private static byte[] begin(Body body) throws IOException {
        InputStream stream = body.open();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int n = 0;
        while (n >= 0 && bytes.size() < BODY_LIMIT) {
            bytes.write(buffer, 0, n);
            n = stream.read(buffer, 0, Math.min(buffer.length, BODY_LIMIT - bytes.size()));
        }
        return bytes.toByteArray();
    }

    /** Without the query, which may be secret. */
    @Override
    public String toString() {
        int query = path.indexOf('?');
        return method
                + ' '
                + (query < 0 ? path : path.substring(0, query))
                + (host == null ? "" : " of " + host)
                + (place.own() ? " at port " + place.port() : "");
    }
}
