package dev.sluice.proxy.cache;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.syntax.HttpDate;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin whose answers follow from the request alone: whoever gets another one has got somebody else's. */
final class OptionsOrigin implements AutoCloseable {
    /** What each path says about its responses. Those of the second kind are for one user. */
    static final Map<String, Headers> FOR_ALL = Map.of(
            "/fresh", Headers.of("Cache-Control", "max-age=60"),
            "/tagged", Headers.of("Cache-Control", "max-age=2", "ETag", "\"t\""),
            "/checked", Headers.of("Cache-Control", "no-cache", "ETag", "\"c\""),
            "/language", Headers.of("Cache-Control", "max-age=60", "Vary", "Accept-Language"),
            "/refreshed", Headers.of("Cache-Control", "max-age=2, stale-while-revalidate=30"),
            "/old", Headers.of("Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT"),
            "/open", Headers.of("Cache-Control", "public, max-age=60"),
            "/targeted", Headers.of("Cache-Control", "no-store", "CDN-Cache-Control", "max-age=60"),
            "/tag-in-all", Headers.of("Cache-Control", "s-maxage=2", "ETag", "W/\"w\""));

    static final Map<String, Headers> FOR_ONE = Map.of(
            "/private", Headers.of("Cache-Control", "private, max-age=60"),
            "/secret", Headers.of("Cache-Control", "no-store"),
            "/account", Headers.of("Cache-Control", "max-age=60", "Vary", "Cookie, Authorization"),
            "/any", Headers.of("Cache-Control", "max-age=60", "Vary", "*"));

    /** Its clock. */
    volatile Instant now = Instant.now();

    private final AtomicInteger asked = new AtomicInteger();
    private final ProxyServer server;

    OptionsOrigin() {
        ProxyHandler handler = this::answer;
        this.server = ProxyServer.builder()
                .transport(DirectTransport.shared())
                .addRoute(Route.path("/**").to(handler))
                .build()
                .start();
    }

    /** The text that this request must get. */
    static String text(String path, Headers request) {
        if (FOR_ONE.containsKey(path)) {
            return path + " for " + request.first("Cookie").orElse("")
                    + request.first("Authorization").orElse("");
        }
        return path.equals("/language")
                ? path + " in " + request.first("Accept-Language").orElse("none")
                : path + " for all";
    }

    private ProxyResponse answer(ProxyRequest request) {
        asked.incrementAndGet();
        String path = request.target().path();
        Headers fields = FOR_ALL.getOrDefault(path, FOR_ONE.getOrDefault(path, Headers.empty())).toBuilder()
                .set("Date", HttpDate.format(now))
                .build();
        String tag = fields.first("ETag").orElse("none");
        if (request.headers().first("If-None-Match").orElse("").contains(tag)) {
            return ProxyResponse.builder(304).headers(fields).build();
        }
        String text = text(path, request.headers());
        return request.method().equals("HEAD")
                ? ProxyResponse.builder(200)
                        .headers(fields.toBuilder()
                                .set("Content-Length", "" + text.length())
                                .build())
                        .build()
                : ProxyResponse.builder(200).headers(fields).body(Body.of(text)).build();
    }

    /** How many requests it has got. */
    int asked() {
        return asked.get();
    }

    /** The same without a connection. */
    Upstream upstream() {
        return Upstream.of("origin", this::answer);
    }

    String host() {
        return "127.0.0.1:" + server.address().getPort();
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
    }
}
