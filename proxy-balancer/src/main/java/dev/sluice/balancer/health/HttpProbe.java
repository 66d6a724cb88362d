package dev.sluice.balancer.health;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.io.InputStream;

/** Sends a GET through the upstream itself, so that what is probed is what requests use. */
record HttpProbe(String path, int fromStatus, int toStatus) implements Probe {
    /** A body that is longer is not read to its end, which costs its connection. */
    private static final int BODY_LIMIT = 64 * 1024;

    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException {
        RequestTarget target = RequestTarget.of(upstream.scheme(), upstream.authority(), upstream.basePath() + path);
        ProxyRequest request = ProxyRequest.builder(scope, "GET", target)
                .header("User-Agent", "sluice-health")
                .build();
        try (ProxyResponse response = upstream.send(request)) {
            drain(response.body());
            scope.check();
            if (response.status() < fromStatus || response.status() > toStatus) {
                throw new IOException("status " + response.status());
            }
            return "status " + response.status();
        }
    }

    /** Reads the body, so that its connection can be used again and one that breaks off is seen. */
    private static void drain(Body body) throws IOException {
        InputStream stream = body.open();
        byte[] buffer = new byte[8192];
        int left = BODY_LIMIT;
        for (int n = stream.read(buffer); n >= 0 && left > 0; n = stream.read(buffer)) {
            left -= n;
        }
    }

    @Override
    public String toString() {
        return "GET " + path;
    }
}
