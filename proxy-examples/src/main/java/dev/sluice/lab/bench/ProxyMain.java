package dev.sluice.lab.bench;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.lab.ChildProcess;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.ContentCoding;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.metrics.ExchangeMetrics;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The library as a proxy in its own process: one route, and the default rules and limits. */
final class ProxyMain {
    /** The names that {@link #transport} accepts. */
    static final List<String> TRANSPORTS = List.of("jdk", "direct");

    /**
     * The limits that are raised, as the defaults allow fewer: exchanges at once (1,000), and threads without virtual ones
     * (2,048), of which each request at work has one.
     */
    private static final int EXCHANGES = 20_000;

    /** The property that limits the rate of the only client; without it there is no limit. */
    static final String RATE = "sluice.lab.rate";

    /** The property that compresses responses with gzip at this level; without it they are not compressed. */
    static final String GZIP = "sluice.lab.gzip";

    /** The property that limits the connections to each origin; without it, it is the default. */
    static final String ORIGIN_CONNECTIONS = "sluice.lab.originConnections";

    /** The property that has the folder of {@link KeyFiles}, for TLS; without it there is no TLS. */
    static final String KEYS = "sluice.lab.keys";

    /** The property that counts and measures each exchange. */
    static final String METRICS = "sluice.lab.metrics";

    /** The property that lets clients begin with HTTP/2. */
    static final String HTTP2 = "sluice.lab.http2";

    private ProxyMain() {}

    /** How many requests of a limited client may come at once. */
    static int burst(int rate) {
        return Math.max(1, rate / 10);
    }

    /** Serves until standard input ends. The arguments are {@code listener/upstream host:port...}. */
    public static void main(String[] args) throws IOException {
        String[] pair = args[0].split("/", 2);
        List<String> origins = List.of(args).subList(1, args.length);
        int rate = Integer.getInteger(RATE, 0);
        ProxyServer.Builder builder = ProxyServer.builder();
        if (rate > 0) {
            builder.addFilter(RateLimit.perSecond(rate).withBurst(burst(rate)));
        }
        int gzipLevel = Integer.getInteger(GZIP, 0);
        if (gzipLevel > 0) {
            builder.addFilter(
                    Compression.builder().codings(ContentCoding.gzip(gzipLevel)).build());
        }
        if (Boolean.getBoolean(METRICS)) {
            builder.addListener(ExchangeMetrics.of(MetricsRegistry.create()));
        }
        UpstreamSource upstreams = upstreams(transport(pair[1]), origins);
        if (Boolean.getBoolean(CachedRoutes.ON)) {
            CachedRoutes.add(builder, upstreams);
        }
        String keys = System.getProperty(KEYS);
        if (keys != null) {
            KeyFiles files = new KeyFiles(Path.of(keys));
            builder.tls(TlsSettings.pem(files.chain(), files.key()));
        }
        ProxyServer server = builder.transport(transport(pair[0]))
                .limits(Limits.builder().exchanges(EXCHANGES).build())
                .addRoute("/**", upstreams)
                .build()
                .start();
        System.out.println(ChildProcess.READY + server.address().getPort());
        Answers.untilInputEnds();
        System.exit(0);
    }

    private static Transport transport(String name) {
        return switch (name) {
            case "jdk" -> JdkTransport.shared();
            case "direct" ->
                DirectTransport.builder()
                        .http2(Http2.builder()
                                .priorKnowledge(Boolean.getBoolean(HTTP2))
                                .streams(Setup.STREAMS)
                                .build())
                        .maxThreads(EXCHANGES)
                        .connector(
                                Connector.builder().limits(originConnections()).build())
                        .build();
            default -> throw new IllegalArgumentException("no transport has this name: " + name);
        };
    }

    private static ConnectionLimits originConnections() {
        int most = Integer.getInteger(ORIGIN_CONNECTIONS, ConnectionLimits.DEFAULT.active());
        return ConnectionLimits.builder().active(most).idle(most).build();
    }

    private static UpstreamSource upstreams(Transport transport, List<String> origins) {
        if (origins.size() == 1) {
            return UpstreamSource.of(transport.upstream("origin", URI.create("http://" + origins.get(0))));
        }
        UpstreamPool.Builder pool = UpstreamPool.builder().transport(transport);
        origins.forEach(origin -> pool.addMember("http://" + origin));
        return pool.build();
    }
}
