package dev.sluice.examples.recipes;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A filter that answers by itself: a request without the right key does not reach the server. */
public final class FilterThatAnswers {
    private FilterThatAnswers() {}

    /**
     * Passes on requests that have the key in the field {@code X-Api-Key}, and removes that field. All others get 401.
     */
    record RequireKey(String key) implements ProxyFilter {
        @Override
        public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
            String given = request.headers().first("X-Api-Key").orElse("");
            if (!MessageDigest.isEqual(utf8(given), utf8(key))) {
                return ProxyResponse.builder(401)
                        .addHeader("WWW-Authenticate", "ApiKey realm=\"recipes\"")
                        .build();
            }
            return next.handle(request.toBuilder().removeHeader("X-Api-Key").build());
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * Starts a proxy at {@code port}, 0 for any, that asks for {@code key} before it sends anything to {@code origin}.
     */
    public static ProxyServer start(int port, String origin, String key) {
        return ProxyServer.builder()
                .port(port)
                .addRoute(Route.path("/**").addFilter(new RequireKey(key)).to(origin))
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends; the key is the argument. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9000", args[0]);
    }
}
