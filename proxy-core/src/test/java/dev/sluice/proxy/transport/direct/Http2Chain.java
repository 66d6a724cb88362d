package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RecordingListener;
import java.io.IOException;
import java.time.Duration;

/** A client, a proxy and an origin with HTTP/2 on both sides, on a manual clock. */
final class Http2Chain {
    final ManualTime time = new ManualTime();
    final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    private final DirectTransport transport = opened(DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build());
    final Http2Origin origin = opened(new Http2Origin(Settings.ENABLE_CONNECT_PROTOCOL, 1));
    ProxyServer server;
    Http2Client client;

    Http2Chain() throws IOException {}

    void close() throws Exception {
        open.close();
    }

    <T extends AutoCloseable> T opened(T resource) {
        return open.add(resource);
    }

    Upstream upstream() {
        return origin.upstream(transport, "origin");
    }

    /** Starts a server with these routes, to which a client connects. */
    void start(ProxyServer.Builder builder) throws IOException {
        server = opened(builder.transport(transport)
                .time(time)
                .drain(Duration.ZERO)
                .addListener(records)
                .build()
                .start());
        client = opened(Http2Client.connect(server.address()));
    }
}
