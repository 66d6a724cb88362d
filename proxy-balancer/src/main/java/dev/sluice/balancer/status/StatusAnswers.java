package dev.sluice.balancer.status;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;

/** The responses of the page: none is kept by a cache, nor shown within another page. */
final class StatusAnswers {
    private StatusAnswers() {}

    static ProxyResponse plain(int status, String text) {
        return safe(status, "text/plain").body(Body.of(text)).build();
    }

    static ProxyResponse.Builder safe(int status, String type) {
        return ProxyResponse.builder(status)
                .addHeader("Content-Type", type + "; charset=utf-8")
                .addHeader("Cache-Control", "no-store")
                .addHeader("X-Content-Type-Options", "nosniff")
                .addHeader("X-Frame-Options", "DENY")
                .addHeader("Referrer-Policy", "no-referrer");
    }
}
