package dev.sluice.examples.recipes;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Fetches a small document for your own code, by an upstream: it has a limit of time and of size, and no redirects. */
public final class BoundedFetch {
    private BoundedFetch() {}

    /**
     * The text at this URL.
     *
     * @param time for all of it, to the last byte
     * @param limit of its bytes
     * @throws IOException if it is not there in time, is longer, or has another status than 200
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public static String text(URI url, Duration time, int limit) throws IOException, InterruptedException {
        Exchange scope = Exchange.builder(TimeSource.system()).begin("fetch", time);
        try (Upstream server = DirectTransport.shared().upstream("fetch", url.resolve("/"))) {
            RequestTarget target = RequestTarget.of(server.scheme(), server.authority(), url.getRawPath())
                    .withQuery(url.getRawQuery());
            ProxyRequest request = ProxyRequest.builder(scope, "GET", target).build();
            try (ProxyResponse response = server.send(request)) {
                if (response.status() != 200) {
                    throw new IOException("status " + response.status() + " from " + url);
                }
                return new String(response.body().readAll(limit), StandardCharsets.UTF_8);
            }
        } finally {
            scope.close();
        }
    }
}
