package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.ListenerStatistics;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToLongFunction;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server tells of its clients' connections. */
@Timeout(60)
class ListenerStatisticsTest {
    private static final String GET = " HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final Http2Handlers handlers = new Http2Handlers();
    private final Opened open = new Opened();
    private ProxyServer server;

    @AfterEach
    void close() throws Exception {
        handlers.release.countDown();
        open.close();
    }

    private ProxyServer.Builder serving(DirectTransport.Builder transport) {
        return ProxyServer.builder()
                .transport(open.add(transport.build()))
                .limits(Limits.builder().clientShare(1).build())
                .drain(Duration.ZERO)
                .addRoute("/wait", handlers::waits)
                .addRoute(Route.path("/chat").allowUpgrade("chat").to(this::chat))
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"));
    }

    private void start(ProxyServer.Builder setup) {
        server = open.add(setup.build());
        assertThat(server.connections()).as("not started").isEmpty();
        server.start();
    }

    private RawConnection client(String sent) throws Exception {
        RawConnection client = open.add(RawConnection.connect(server.address()));
        client.write(sent);
        return client;
    }

    private long now(ToLongFunction<ListenerStatistics> number) {
        return number.applyAsLong(server.connections().orElseThrow());
    }

    private void await(ToLongFunction<ListenerStatistics> number, long value) {
        Awaited.isTrue(() -> now(number) == value);
    }

    private ProxyResponse chat(ProxyRequest request) {
        return ProxyResponse.builder(101).tunnel(new OpenTunnel()).build();
    }

    /** One whose far end says nothing until it is closed. */
    private static final class OpenTunnel implements Tunnel {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public String protocol() {
            return "chat";
        }

        @Override
        public InputStream in() {
            return new InputStream() {
                @Override
                public int read() {
                    Awaited.latch(closed);
                    return -1;
                }
            };
        }

        @Override
        public OutputStream out() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void shutdownOutput() {
            closed.countDown();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void eachConnectionIsInOneState() throws Exception {
        start(serving(DirectTransport.builder()));
        assertThat(server.connections()).contains(new ListenerStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        RawConnection waits = client("GET /wait" + GET);
        handlers.served();
        client("GET / HT");
        await(ListenerStatistics::halfRead, 1);
        RawConnection idle = client("GET /" + GET);
        idle.readHead();
        await(ListenerStatistics::idle, 1);
        assertThat(server.connections()).contains(new ListenerStatistics(1, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0));

        handlers.release.countDown();
        waits.readHead();
        await(ListenerStatistics::idle, 2);
        idle.close();
        await(ListenerStatistics::closed, 1);
        assertThat(server.connections()).contains(new ListenerStatistics(0, 1, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aConnectionWithoutRoomIsRefusedAndNotOpened() throws Exception {
        start(serving(DirectTransport.builder().maxConnections(1)));
        client("GET /wait" + GET);
        handlers.served();
        assertThat(client("GET /" + GET).readHead()).startsWith("HTTP/1.1 503");
        assertThat(server.connections()).contains(new ListenerStatistics(1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void streamsOfHttp2AreCounted() throws Exception {
        start(serving(DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())));
        Http2Client client = open.add(Http2Client.connect(server.address()));
        client.get(1, "/wait");
        client.get(3, "/wait");
        client.get(5, "/");
        handlers.served();
        handlers.served();
        client.await("DATA", 5);
        await(ListenerStatistics::streams, 2);
        assertThat(now(ListenerStatistics::streamsOpened)).isEqualTo(3);
        assertThat(now(ListenerStatistics::active)).isEqualTo(1);
        handlers.release.countDown();
        await(ListenerStatistics::streams, 0);
        await(ListenerStatistics::idle, 1);
    }

    @Test
    void openTunnelsAreCounted() throws Exception {
        start(serving(DirectTransport.builder()));
        RawConnection client =
                client("GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 101");
        await(ListenerStatistics::tunnels, 1);
        client.close();
        await(ListenerStatistics::tunnels, 0);
    }

    @Test
    void handshakesAndTheirTimeAreCounted() throws Exception {
        ManualTime time = new ManualTime();
        TlsSettings settings = AUTHORITY.server("127.0.0.1");
        start(serving(DirectTransport.builder()).time(time).tls((ServerTls) name -> {
            time.advance(Duration.ofSeconds(2));
            return settings;
        }));
        SSLSocket client = (SSLSocket) TlsSettings.builder()
                .trust(AUTHORITY.trust())
                .build()
                .context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        open.add(client);
        client.startHandshake();
        await(ListenerStatistics::handshakes, 1);
        assertThat(now(ListenerStatistics::handshakeNanos))
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(now(ListenerStatistics::handshakesFailed)).isZero();
        assertThat(client("GET /" + GET).readHead()).startsWith("HTTP/1.1 400");
        await(ListenerStatistics::handshakesFailed, 1);
        client("").close();
        await(ListenerStatistics::handshakesFailed, 2);
        assertThat(now(ListenerStatistics::handshakes)).isEqualTo(1);
    }

    @Test
    void theServerOfTheJdkTellsNothing() {
        server = open.add(ProxyServer.builder()
                .transport(JdkTransport.builder().build())
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start());
        assertThat(server.connections()).isEmpty();
    }
}
