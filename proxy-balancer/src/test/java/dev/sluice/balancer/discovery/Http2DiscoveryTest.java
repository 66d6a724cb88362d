package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import dev.sluice.proxy.transport.direct.Http2;
import dev.sluice.proxy.wire.TestTls;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members that are given as URLs, wherever they come from, are asked in HTTP/2 if the transport says so for all. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2DiscoveryTest {
    private static final OriginOptions HTTP_2 =
            OriginOptions.builder().http2(true).build();

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime();
    private final BlockingQueue<ProxyRequest> requests = new LinkedBlockingQueue<>();
    private final Opened open = new Opened();

    @AfterEach
    void end() throws Exception {
        open.close();
    }

    private int origin(boolean https) throws Exception {
        DirectTransport transport = open.add(DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .build());
        ProxyServer.Builder builder = ProxyServer.builder()
                .host(InetAddress.getByName("127.0.0.1"))
                .transport(transport)
                .drain(Duration.ZERO)
                .addRoute("/**", request -> {
                    requests.add(request);
                    return ProxyResponse.builder(204).build();
                });
        if (https) {
            builder.tls(TestTls.server("one.test"));
        }
        return open.add(builder.build().start()).address().getPort();
    }

    private Discovery from(String source, int port) throws Exception {
        List<InetAddress> here = List.of(InetAddress.getByName("127.0.0.1"));
        ResolverDiscovery.Builder resolver =
                ResolverDiscovery.addresses("one.test", port).resolver(host -> here);
        return switch (source) {
            case "file" ->
                Discovery.file(Files.writeString(folder.resolve("members"), "http://127.0.0.1:" + port + "\n"));
            case "resolver" -> resolver.build();
            case "resolver over https" ->
                resolver.https(true)
                        .connectors(() -> Connector.builder().tls(TlsSettings.of(TestTls.client("one.test"))))
                        .originOptions(HTTP_2)
                        .build();
            default -> () -> Discovery.Found.of(List.of(Member.at("http://127.0.0.1:" + port)));
        };
    }

    /** @param own whether the pool has the transport, or the server */
    @ParameterizedTest
    @CsvSource({
        "URL, true",
        "URL, false",
        "file, true",
        "file, false",
        "resolver, true",
        "resolver, false",
        "resolver over https, true",
        "resolver over https, false"
    })
    void requestsAndProbesAreInHttp2(String source, boolean own) throws Exception {
        int port = origin(source.endsWith("https"));
        DirectTransport transport =
                open.add(DirectTransport.builder().originOptions(HTTP_2).build());
        UpstreamPool.Builder members = UpstreamPool.builder()
                .time(time)
                .health(HealthCheck.http("/health")
                        .interval(Duration.ofSeconds(1))
                        .build());
        UpstreamPool pool = open.add(own ? members.transport(transport).build() : members.build());
        ProxyServer server =
                open.add((own ? ProxyServer.builder() : ProxyServer.builder().transport(transport))
                        .time(time)
                        .drain(Duration.ZERO)
                        .addRoute("/**", pool)
                        .build()
                        .start());
        open.add(DiscoveryFeed.builder(from(source, port)).time(time).start(pool));
        Awaited.passing(
                time,
                Duration.ofMillis(100),
                () -> pool.snapshot().members().stream()
                        .anyMatch(each -> each.lastProbe().isPresent()));
        requireHttp2("/health");
        RawConnection client = open.add(RawConnection.connect(server.address()));
        client.write("GET /one HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
        requireHttp2("/one");
    }

    private void requireHttp2(String path) throws InterruptedException {
        ProxyRequest next = requests.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        while (!next.target().path().equals(path)) {
            next = requests.poll(20, TimeUnit.SECONDS);
            assertThat(next).as(path).isNotNull();
        }
        assertThat(next.version()).isEqualTo(HttpVersion.HTTP_2);
    }
}
