package dev.sluice.proxy.server;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;

/** What a probe gets. Nobody may store it, as it holds for this moment only. */
final class ProbeAnswer {
    private ProbeAnswer() {}

    static ProxyResponse otherMethod() {
        return ProxyResponse.builder(405).addHeader("Allow", "GET, HEAD").build();
    }

    static ProxyResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text);
    }

    static ProxyResponse json(int status, String text) {
        return of(status, "application/json", text);
    }

    private static ProxyResponse of(int status, String type, String text) {
        return ProxyResponse.builder(status)
                .addHeader("Content-Type", type)
                .addHeader("Cache-Control", "no-store")
                .body(Body.of(text))
                .build();
    }
}
