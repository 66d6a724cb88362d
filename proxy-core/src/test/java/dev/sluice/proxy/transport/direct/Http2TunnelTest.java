package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.internal.WebSocketKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that become tunnels: WebSockets to an origin that speaks HTTP/1.1 (RFC 8441), and CONNECT (RFC 9113 §8.5). */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2TunnelTest {
    private static final Pattern KEY = Pattern.compile("\r\nSec-WebSocket-Key: (\\S+)\r\n");
    /** Close frames with status 1001, as a server and as a client send them; the latter with an empty mask. */
    private static final String GOING_AWAY = "\u0088\u0002\u0003\u00e9";

    private static final String CLIENTS_CLOSE = "\u0088\u0082\0\0\0\0\u0003\u00e9";

    private final RecordingListener records = new RecordingListener();
    private final BlockingQueue<RawConnection> accepted = new LinkedBlockingQueue<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private ProxyServer server;
    private ScriptedOrigin origin;

    @AfterEach
    void close() throws Exception {
        done.countDown();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** The origin's connection is the test's once the script has begun it. */
    private ScriptedOrigin origin(ScriptedOrigin.Script begin) throws IOException {
        origin = ScriptedOrigin.start(connection -> {
            begin.play(connection);
            accepted.add(connection);
            done.await();
        });
        open.add(origin);
        return origin;
    }

    private RawConnection fromProxy() throws InterruptedException {
        RawConnection next = accepted.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private void serve(ProxyServer.Builder builder) {
        server = builder.transport(DirectTransport.builder()
                        .http2(Http2.builder().priorKnowledge(true).build())
                        .build())
                .drain(Duration.ofSeconds(20))
                .addListener(records)
                .build()
                .start();
        open.add(server);
    }

    private Http2Client started(ProxyServer.Builder builder) throws IOException {
        serve(builder);
        Http2Client client = Http2Client.connect(server.address());
        open.add(client);
        return client;
    }

    private Http2Client reverse(ScriptedOrigin.Script script) throws IOException {
        String uri = origin(script).uri().toString();
        return started(ProxyServer.builder()
                .addRoute(Route.path("/plain").to(ReverseProxy.to(uri)))
                .addRoute(Route.path("/**").allowUpgrade("websocket").to(ReverseProxy.to(uri))));
    }

    private Http2Client forward() throws IOException {
        return started(ProxyServer.builder()
                .forward(ForwardProxy.builder()
                        .addresses(AddressRule.ANY)
                        .anyConnectPort(true)
                        .build()));
    }

    /** Agrees to a WebSocket. */
    private static void agree(RawConnection connection) throws IOException {
        Matcher key = KEY.matcher(connection.readHead());
        assertThat(key.find()).isTrue();
        answer(connection, WebSocketKey.accept(key.group(1)));
    }

    private static void answer(RawConnection connection, String accept) throws IOException {
        connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept + "\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
    }

    private static void askForWebSocket(Http2Client client, int stream, String path) throws IOException {
        client.askForWebSocket(stream, path, "sec-websocket-protocol", "chat", "origin", "http://a.test");
    }

    private Http2Client webSocket() throws Exception {
        Http2Client client = reverse(Http2TunnelTest::agree);
        askForWebSocket(client, 1, "/chat");
        assertThat(client.head(1)).startsWith(":status: 200\n");
        return client;
    }

    private void requireOutcome(Outcome outcome) throws InterruptedException {
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(outcome);
    }

    @Test
    void theOriginGetsTheHandshakeOfHttp11() throws Exception {
        Http2Client client = reverse(Http2TunnelTest::agree);
        askForWebSocket(client, 1, "/chat?room=1");
        Event head = client.await("HEADERS", 1);
        assertThat(head.end()).isFalse();
        assertThat(head.text())
                .startsWith(":status: 200\n")
                .contains("sec-websocket-protocol: chat\n")
                .doesNotContain("accept", "upgrade", "connection", "content-length", "transfer-encoding");
        String received = origin.requests().get(0);
        assertThat(received)
                .startsWith("GET /chat?room=1 HTTP/1.1\r\n")
                .containsOnlyOnce("\r\nConnection: Upgrade\r\n")
                .containsOnlyOnce("\r\nUpgrade: websocket\r\n")
                .containsIgnoringCase("\r\nsec-websocket-version: 13\r\n")
                .containsIgnoringCase("\r\nsec-websocket-protocol: chat\r\n")
                .containsIgnoringCase("\r\norigin: http://a.test\r\n")
                .doesNotContain("protocol: websocket", "Transfer-Encoding", "Content-Length");
        Matcher key = KEY.matcher(received);
        assertThat(key.find()).isTrue();
        assertThat(WebSocketKey.is(key.group(1))).isTrue();
    }

    @Test
    void bytesGoBothWays() throws Exception {
        Http2Client client = webSocket();
        RawConnection connection = fromProxy();
        client.data(1, false, "one");
        assertThat(connection.readExactly(3)).isEqualTo("one");
        connection.write("two");
        assertThat(client.await("DATA", 1).text()).isEqualTo("two");
        client.data(1, false, "x".repeat(10_000));
        assertThat(connection.readExactly(10_000)).isEqualTo("x".repeat(10_000));
    }

    @Test
    void theEndOfTheClientsDirectionIsAHalfClose() throws Exception {
        Http2Client client = webSocket();
        RawConnection connection = fromProxy();
        client.data(1, true, "last");
        assertThat(connection.readAll()).isEqualTo("last");
        connection.write("still here");
        assertThat(client.await("DATA", 1).text()).isEqualTo("still here");
        connection.close();
        assertThat(client.await("DATA", 1).end()).isTrue();
        requireOutcome(Outcome.COMPLETED);
    }

    @Test
    void theEndOfTheOriginsDirectionIsAHalfClose() throws Exception {
        Http2Client client = webSocket();
        RawConnection connection = fromProxy();
        connection.write("last");
        connection.shutdownOutput();
        assertThat(client.body(1)).isEqualTo("last");
        client.data(1, false, "still ");
        client.data(1, true, "here");
        assertThat(connection.readAll()).isEqualTo("still here");
        requireOutcome(Outcome.COMPLETED);
    }

    @Test
    void aResetByTheClientIsOneForTheOrigin() throws Exception {
        Http2Client client = webSocket();
        RawConnection connection = fromProxy();
        client.reset(1, ErrorCode.CANCEL);
        assertThatThrownBy(connection::readAll).hasMessageContaining("reset");
        requireOutcome(Outcome.CLIENT_LEFT);
        askForWebSocket(client, 3, "/chat");
        assertThat(client.head(3)).startsWith(":status: 200\n");
    }

    /** RFC 8441 §5. */
    @Test
    void aResetByTheOriginCancelsTheStream() throws Exception {
        Http2Client client = webSocket();
        fromProxy().reset();
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("CANCEL");
        requireOutcome(Outcome.BODY_FAILED);
    }

    @Test
    void aDrainTellsBothSides() throws Exception {
        Http2Client client = webSocket();
        RawConnection connection = fromProxy();
        Thread closing = new Thread(server::close);
        closing.start();
        assertThat(client.await("DATA", 1).text()).isEqualTo(GOING_AWAY);
        String toOrigin = connection.readExactly(8);
        assertThat(toOrigin).startsWith("\u0088\u0082");
        assertThat((char) (toOrigin.charAt(6) ^ toOrigin.charAt(2))).isEqualTo('\u0003');
        assertThat((char) (toOrigin.charAt(7) ^ toOrigin.charAt(3))).isEqualTo('\u00e9');
        connection.write(GOING_AWAY);
        client.data(1, false, CLIENTS_CLOSE);
        assertThat(client.body(1)).as("no second close frame").isEmpty();
        connection.close();
        requireOutcome(Outcome.COMPLETED);
        client.close();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})
    void anOriginThatDoesNotKnowTheKeyIsNoWebSocket(String accept) throws Exception {
        Http2Client client = reverse(connection -> {
            connection.readHead();
            answer(connection, accept);
        });
        askForWebSocket(client, 1, "/chat");
        assertThat(client.head(1)).startsWith(":status: 502\n");
        requireOutcome(Outcome.BAD_RESPONSE);
        assertThat(fromProxy().readAll()).isEmpty();
    }

    @Test
    void anOriginThatRefusesIsHeard() throws Exception {
        Http2Client client = reverse(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        });
        askForWebSocket(client, 1, "/chat");
        assertThat(client.body(1)).startsWith(":status: 403\n").endsWith("no");
    }

    /** To the client 200 would say that the WebSocket is open. */
    @Test
    void anOriginThatKnowsNoWebSocketsDoesNotSeemToAgree() throws Exception {
        Http2Client client = reverse(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage");
        });
        askForWebSocket(client, 1, "/chat");
        assertThat(client.body(1)).startsWith(":status: 502\n").doesNotEndWith("page");
        requireOutcome(Outcome.BAD_RESPONSE);
    }

    @Test
    void aRouteMustAllowIt() throws Exception {
        Http2Client client = reverse(Http2TunnelTest::agree);
        askForWebSocket(client, 1, "/plain");
        assertThat(client.head(1)).startsWith(":status: 501\n");
        assertThat(origin.requests()).isEmpty();
    }

    private static void connect(Http2Client client, int stream, ScriptedOrigin to) throws IOException {
        client.headers(
                stream,
                false,
                ":method",
                "CONNECT",
                ":authority",
                "127.0.0.1:" + to.address().getPort());
    }

    @Test
    void connectReachesThePlaceThatItNames() throws Exception {
        Http2Client client = forward();
        connect(client, 1, origin(connection -> {}));
        Event head = client.await("HEADERS", 1);
        assertThat(head.end()).isFalse();
        assertThat(head.text()).startsWith(":status: 200\n").doesNotContain("content-length", "transfer-encoding");
        RawConnection connection = fromProxy();
        client.data(1, false, "one");
        assertThat(connection.readExactly(3)).isEqualTo("one");
        connection.write("two");
        assertThat(client.await("DATA", 1).text()).isEqualTo("two");
        client.data(1, true, "three");
        assertThat(connection.readAll()).isEqualTo("three");
        connection.write("four");
        connection.close();
        assertThat(client.body(1)).isEqualTo("four");
        requireOutcome(Outcome.COMPLETED);
    }

    /** RFC 9113 §8.5. */
    @Test
    void aResetByThePlaceIsAnErrorOfItsConnection() throws Exception {
        Http2Client client = forward();
        connect(client, 1, origin(connection -> {}));
        assertThat(client.head(1)).startsWith(":status: 200\n");
        fromProxy().reset();
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("CONNECT_ERROR");
    }

    /** RFC 9113 §8.3.1: each request names its place, as one in absolute form does in HTTP/1.1. */
    @Test
    void aRequestThroughAForwardProxyNamesItsPlace() throws Exception {
        Http2Client client = forward();
        get(client, "http", hello());
        assertThat(client.body(1)).startsWith(":status: 200\n").endsWith("hello");
        assertThat(origin.requests().get(0))
                .startsWith("GET /a?b=c HTTP/1.1\r\n")
                .contains("\r\nHost: 127.0.0.1:" + origin.address().getPort() + "\r\n")
                .contains("\r\nVia: 2");
    }

    private ScriptedOrigin hello() throws IOException {
        return origin(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        });
    }

    private static void get(Http2Client client, String scheme, ScriptedOrigin from) throws IOException {
        String authority = "127.0.0.1:" + from.address().getPort();
        client.headers(1, true, ":method", "GET", ":scheme", scheme, ":path", "/a?b=c", ":authority", authority);
    }

    @Test
    void whereThereAreRoutesTheyServeWhatMayBeForTheServer() throws Exception {
        Http2Client client = started(ProxyServer.builder()
                .addRoute("/**", request -> ProxyResponse.of(200, "own"))
                .forward(ForwardProxy.builder().build()));
        get(client, "http", hello());
        assertThat(client.body(1)).startsWith(":status: 200\n").endsWith("own");
        assertThat(origin.requests()).isEmpty();
    }

    /** Browsers ask a proxy so for pages without TLS. */
    @Test
    void aRequestWithAnotherSchemeThanTheConnectionsIsForAnotherPlace() throws Exception {
        SSLContext context = TestTls.client("localhost");
        serve(ProxyServer.builder()
                .tls(TestTls.server("localhost"))
                .addRoute("/**", request -> ProxyResponse.of(200, "own"))
                .forward(ForwardProxy.builder().addresses(AddressRule.ANY).build()));
        try (Http2Client client = Http2Client.of(tls(context))) {
            get(client, "http", hello());
            assertThat(client.body(1)).startsWith(":status: 200\n").endsWith("hello");
        }
    }

    private SSLSocket tls(SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Test
    void aConnectThatIsRefusedIsAnswered() throws Exception {
        Http2Client client =
                started(ProxyServer.builder().forward(ForwardProxy.builder().build()));
        connect(client, 1, origin(connection -> {}));
        assertThat(client.head(1)).startsWith(":status: 403\n");
        assertThat(origin.connections()).isZero();
    }
}
