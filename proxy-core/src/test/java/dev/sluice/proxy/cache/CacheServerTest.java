package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.WireClient.Answer;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a cache whose routes change, or that closes, while a response is being stored. */
class CacheServerTest {
    private static final String TEXT = "0123456789".repeat(2_000);
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: 20000\r\nConnection: close\r\n\r\n";

    private final Cache cache = Cache.builder().build();
    private final CountDownLatch half = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Sends half of each response, and the rest when it may. */
    private final ScriptedOrigin origin;

    CacheServerTest() throws IOException {
        origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write(HEAD + TEXT.substring(0, 10_000));
            half.countDown();
            Awaited.latch(go);
            connection.write(TEXT.substring(10_000));
        });
    }

    @AfterEach
    void close() {
        go.countDown();
        threads.shutdownNow();
        origin.close();
        cache.close();
    }

    private Route route(Transport transport) {
        return Route.path("/**").cache(cache).to(ReverseProxy.to(transport.upstream("origin", origin.uri())));
    }

    private ProxyServer.Builder server(Transport transport) {
        return ProxyServer.builder().transport(transport).addRoute(route(transport));
    }

    private static Transport transport(String name) {
        return name.equals("jdk")
                ? JdkTransport.builder().build()
                : DirectTransport.builder().build();
    }

    private Future<Answer> begin(ProxyServer server) throws Exception {
        Future<Answer> answer = threads.submit(() -> WireClient.get(server.address(), "/a"));
        Awaited.latch(half);
        return answer;
    }

    private static Answer result(Future<Answer> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void routesThatChangeWhileAResponseIsStoredChangeNothingForIt(String name) throws Exception {
        Transport transport = transport(name);
        try (ProxyServer server = server(transport).build().start()) {
            Future<Answer> first = begin(server);
            server.routes(Routes.of(Route.exactPath("/other").to(origin.uri().toString()), route(transport)));
            Future<Answer> second = threads.submit(() -> WireClient.get(server.address(), "/a"));
            Awaited.isTrue(() -> cache.snapshot().collapsed() == 1);
            go.countDown();
            assertThat(result(first).is(TEXT)).isTrue();
            assertThat(result(second).is(TEXT)).isTrue();
            Awaited.isTrue(() -> cache.snapshot().stored() == 1);
            assertThat(WireClient.get(server.address(), "/a").is(TEXT)).isTrue();
        }
        assertThat(origin.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void aDrainLetsAResponseEndAndItIsStored(String name) throws Exception {
        ProxyServer server =
                server(transport(name)).drain(Duration.ofSeconds(20)).build().start();
        Future<Answer> first = begin(server);
        Future<Void> closing = close(server::close);
        Awaited.isTrue(() -> !server.ready());
        go.countDown();
        assertThat(result(first).is(TEXT)).isTrue();
        closing.get(20, TimeUnit.SECONDS);
        assertThat(cache.snapshot().stored()).isEqualTo(1);
        assertThat(cache.snapshot().fills()).isZero();
    }

    /** A drain waits for what nobody but the cache needs too. */
    @Test
    void aDrainWaitsForAResponseWhoseClientHasLeft() throws Exception {
        ProxyServer server = server(transport("direct"))
                .drain(Duration.ofSeconds(20))
                .build()
                .start();
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(WireClient.request("GET", "/a"));
            client.readHead();
        }
        Future<Void> closing = close(server::close);
        Awaited.isTrue(() -> !server.ready());
        go.countDown();
        closing.get(20, TimeUnit.SECONDS);
        assertThat(cache.snapshot().stored()).isEqualTo(1);
        assertThat(cache.snapshot().fills()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void aServerThatClosesAtOnceCutsItAndStoresNothing(String name) throws Exception {
        ProxyServer server = server(transport(name)).build().start();
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(WireClient.request("GET", "/a"));
            client.readHead();
            server.close(Duration.ZERO);
            assertThat(isWhole(client)).isFalse();
        }
        Awaited.isTrue(() -> cache.snapshot().fills() == 0);
        assertThat(cache.snapshot().stored()).isZero();
        assertThat(cache.snapshot().store().entries()).isZero();
        go.countDown();
        try (ProxyServer next = server(transport(name)).build().start()) {
            assertThat(WireClient.get(next.address(), "/a").is(TEXT)).isTrue();
        }
        assertThat(origin.requests()).hasSize(2);
    }

    private static boolean isWhole(RawConnection client) {
        try {
            return client.readAll().length() >= TEXT.length();
        } catch (IOException reset) {
            return false;
        }
    }

    private Future<Void> close(Runnable closing) {
        Callable<Void> call = () -> {
            closing.run();
            return null;
        };
        return threads.submit(call);
    }

    @Test
    void aCacheThatIsClosedMeanwhileCutsWhoReadsAndAnswersTheNext() throws Exception {
        try (ProxyServer server = server(transport("direct")).build().start()) {
            Future<Answer> first = begin(server);
            cache.close();
            go.countDown();
            Answer answer = result(first);
            assertThat(answer.is(TEXT) || !answer.whole()).isTrue();
            assertThat(WireClient.get(server.address(), "/a").is(TEXT)).isTrue();
        }
    }

    /** TLS shows the end of a body that has neither a length nor chunks (RFC 9112 §9.8). */
    @Test
    void withoutTheLastMessageOfTlsAResponseIsCut() throws Exception {
        Transport transport = DirectTransport.builder()
                .connector(Connector.builder()
                        .tls(TlsSettings.of(TestTls.client("localhost")))
                        .build())
                .build();
        try (TlsOrigin tls = new TlsOrigin();
                ProxyServer server = ProxyServer.builder()
                        .transport(transport)
                        .addRoute(Route.path("/**")
                                .cache(cache)
                                .to(ReverseProxy.to(transport.upstream("origin", tls.uri()))))
                        .build()
                        .start()) {
            Future<Void> played = threads.submit(tls::play);
            Answer cut = WireClient.get(server.address(), "/a");
            assertThat(cut.whole()).isFalse();
            assertThat(cache.snapshot().store().entries()).isZero();
            Answer whole = WireClient.get(server.address(), "/a");
            assertThat(whole.is("part and rest")).isTrue();
            Awaited.isTrue(() -> cache.snapshot().stored() == 1);
            assertThat(WireClient.get(server.address(), "/a").is("part and rest"))
                    .isTrue();
            played.get(20, TimeUnit.SECONDS);
        }
    }

    /** Two connections: the first ends like one of a process that dies, the second as it should. */
    private static final class TlsOrigin implements AutoCloseable {
        private static final String HEAD = "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\n\r\n";
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

        private TlsOrigin() throws IOException {}

        private URI uri() {
            return URI.create("https://localhost:" + listener.getLocalPort());
        }

        private Void play() throws IOException {
            try (Socket raw = listener.accept()) {
                answer(raw, HEAD + "part");
            }
            try (Socket raw = listener.accept();
                    SSLSocket second = answer(raw, HEAD + "part and rest")) {
                second.shutdownOutput();
            }
            return null;
        }

        private static SSLSocket answer(Socket raw, String text) throws IOException {
            SSLSocket socket =
                    (SSLSocket) TestTls.server("localhost").getSocketFactory().createSocket(raw, null, false);
            socket.setUseClientMode(false);
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return socket;
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
