package dev.sluice.proxy.route;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.testing.TestExchange;
import java.nio.charset.StandardCharsets;

/** Requests for tests of routes, each in its own exchange, and handlers that answer with what they got. */
final class Requests {
    /** Answers with method and target as received. */
    static final ProxyHandler ECHO = request ->
            ProxyResponse.of(200, request.method() + ' ' + request.target().pathAndQuery());

    private Requests() {}

    static ProxyRequest get(String target) {
        return request("GET", target).build();
    }

    static ProxyRequest request(String method, String target, String host) {
        return request(method, RequestTarget.of("http", Authority.parse(host), target))
                .build();
    }

    static ProxyRequest.Builder request(String method, String target) {
        return request(method, RequestTarget.of("http", Authority.parse("example.com"), target));
    }

    static ProxyRequest.Builder request(String method, RequestTarget target) {
        return ProxyRequest.builder(TestExchange.begin(), method, target);
    }

    /** Returns whether {@code route} matches {@code request}. */
    static boolean takes(Route route, ProxyRequest request) throws Exception {
        Route rest = Route.any().name("rest").when(any -> true).to(other -> ProxyResponse.of(404));
        Routes.of(route, rest).handle(request).close();
        return !"rest".equals(request.exchange().record().route());
    }

    /** The text that {@code handler} answers with. */
    static String answer(ProxyHandler handler, ProxyRequest request) throws Exception {
        return new String(handler.handle(request).body().readAll(10_000), StandardCharsets.UTF_8);
    }
}
