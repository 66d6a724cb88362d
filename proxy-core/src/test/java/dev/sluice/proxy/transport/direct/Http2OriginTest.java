package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 to origins, by prior knowledge, from clients of both versions. */
@Timeout(60)
class Http2OriginTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private final Http2Handlers handlers = new Http2Handlers();
    private final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    private final DirectTransport transport = DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build();

    @AfterEach
    void end() throws Exception {
        handlers.release.countDown();
        open.close();
        transport.close();
    }

    /** An origin that is our own listener. */
    private ProxyServer origin() throws IOException {
        return open.add(ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(Http2.builder().priorKnowledge(true).build())
                        .build())
                .drain(Duration.ofSeconds(10))
                .addRoute("/wait", handlers::waits)
                .addRoute("/early", request -> ProxyResponse.of(200, "early"))
                .addRoute("/hints", request -> {
                    request.exchange().interim(103, Headers.of("Link", "</a.css>"));
                    return ProxyResponse.of(200, "hello");
                })
                .addRoute("/large", request -> Http2Handlers.large(3_000_000))
                .addRoute(Route.path("/echo").allowTrailers("X-Sum").to(handlers::echo))
                .addRoute("/**", handlers::hello)
                .build()
                .start());
    }

    private ProxyServer proxy(ProxyServer origin) throws IOException {
        return proxy(origin.address().getPort());
    }

    private ProxyServer proxy(int port) throws IOException {
        DirectTransport.OriginOptions options =
                DirectTransport.OriginOptions.builder().http2(true).build();
        return open.add(ProxyServer.builder()
                .transport(transport)
                .limits(Limits.builder().clientShare(1).build())
                .addListener(records)
                .drain(Duration.ofSeconds(10))
                .addRoute(Route.any()
                        .allowTrailers("X-Sum")
                        .to(transport.upstream("origin", URI.create("http://127.0.0.1:" + port), options)))
                .build()
                .start());
    }

    private Http2Client client(ProxyServer proxy) throws IOException {
        return open.add(Http2Client.connect(proxy.address()));
    }

    private static String answer(RawConnection client, int length) throws IOException {
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ");
        return client.readExactly(length);
    }

    @Test
    void aRequestOfHttp11GoesToTheOriginOverHttp2() throws Exception {
        ProxyServer proxy = proxy(origin());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write(
                "POST /a?b HTTP/1.1\r\nHost: a.test\r\nConnection: x-hop\r\nX-Hop: 1\r\nX-Odd: 2\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(answer(client, 5)).isEqualTo("hello");
        ProxyRequest request = handlers.served();
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target().toString()).isEqualTo("/a?b");
        assertThat(request.headers().first("x-odd")).contains("2");
        assertThat(request.headers().has("x-hop")).isFalse();
        assertThat(request.body().length()).isEqualTo(2);
        client.write(GET);
        assertThat(answer(client, 5)).isEqualTo("hello");
        assertThat(handlers.served().body().length()).isZero();
    }

    @Test
    void theTransportMaySayItForAllUrls() throws Exception {
        DirectTransport.OriginOptions http2 =
                DirectTransport.OriginOptions.builder().http2(true).build();
        DirectTransport all =
                open.add(DirectTransport.builder().originOptions(http2).build());
        ProxyServer proxy = open.add(ProxyServer.builder()
                .transport(all)
                .addRoute("/**", "http://127.0.0.1:" + origin().address().getPort())
                .build()
                .start());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write(GET);
        assertThat(answer(client, 5)).isEqualTo("hello");
        assertThat(handlers.served().version()).isEqualTo(HttpVersion.HTTP_2);
        DirectTransport.Builder builder = DirectTransport.builder();
        DirectTransport.OriginOptions withTls = http2.toBuilder()
                .tls(TlsSettings.of(TestTls.client("localhost")))
                .build();
        assertThatThrownBy(() -> builder.originOptions(withTls))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("originOptions has TLS settings: for all upstreams they are the connector's");
    }

    @Test
    void manyRequestsAtOnceShareAConnection() throws Exception {
        ProxyServer proxy = proxy(origin());
        Http2Client client = client(proxy);
        for (int i = 1; i < 60; i += 2) {
            client.get(i, "/wait");
        }
        List<Object> clients = new ArrayList<>();
        for (int i = 1; i < 60; i += 2) {
            clients.add(handlers.served().exchange().client().address());
        }
        assertThat(clients.stream().distinct()).hasSize(1);
        handlers.release.countDown();
        for (int i = 1; i < 60; i += 2) {
            assertThat(client.body(i)).endsWith("waited");
        }
    }

    @Test
    void bodiesAndTrailersPassInBothDirectionsAsTheyCome() throws Exception {
        Http2Client client = client(proxy(origin()));
        client.headers(1, false, Http2Client.request("POST", "/echo", "te", "trailers"));
        client.data(1, false, "one ");
        assertThat(client.head(1)).startsWith(":status: 200\n");
        assertThat(client.await("DATA", 1).text()).isEqualTo("one ");
        client.data(1, false, "two");
        assertThat(client.await("DATA", 1).text()).isEqualTo("two");
        client.headers(1, true, "x-sum", "7");
        Event trailers = client.await("HEADERS", 1);
        assertThat(trailers.text()).isEqualTo("x-sum: 7\n");
        assertThat(trailers.end()).isTrue();
    }

    /** RFC 7541 §6.2.3: whoever sends it on must say so again. */
    @Test
    void whatMustNotBeKeptInATableIsNotOnTheNextConnectionEither() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Http2Client client = client(proxy(listener.getLocalPort()));
        client.hide("x-key", "x-sum");
        client.headers(1, false, Http2Client.request("POST", "/", "te", "trailers", "x-key", "k", "x-other", "o"));
        client.data(1, false, "a");
        Http2Client origin = open.add(accepted(listener));
        assertThat(origin.await("HEADERS", 1).text()).contains("x-key: k\n", "x-other: o\n");
        assertThat(origin.secrets()).containsExactly("x-key");
        client.headers(1, true, "x-sum", "7");
        assertThat(origin.await("HEADERS", 1).text()).isEqualTo("x-sum: 7\n");
        assertThat(origin.secrets()).containsExactlyInAnyOrder("x-key", "x-sum");
        origin.hide("x-token", "x-end");
        origin.headers(1, false, ":status", "200", "x-token", "t", "x-open", "o");
        assertThat(client.head(1)).contains("x-token: t\n", "x-open: o\n");
        assertThat(client.secrets()).containsExactly("x-token");
        origin.headers(1, true, "x-end", "e");
        assertThat(client.await("HEADERS", 1).text()).isEqualTo("x-end: e\n");
        assertThat(client.secrets()).containsExactlyInAnyOrder("x-token", "x-end");
    }

    @Test
    void anOriginIsAskedWhetherItWantsTheBody() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        Http2Client origin = open.add(accepted(listener));
        assertThat(origin.await("HEADERS", 1).text()).contains("expect: 100-continue\n");
        origin.headers(1, true, ":status", "417");
        assertThat(client.readHead()).startsWith("HTTP/1.1 417 ");
    }

    @Test
    void interimResponsesAndLargeBodiesPass() throws Exception {
        Http2Client client = client(proxy(origin()));
        client.get(1, "/hints");
        assertThat(client.head(1)).startsWith(":status: 103\nlink: </a.css>\n");
        assertThat(client.body(1)).endsWith("hello");
        client.get(3, "/large");
        assertThat(client.body(3)).endsWith("x".repeat(1_000)).hasSizeGreaterThan(3_000_000);
    }

    @Test
    void aClientThatLeavesResetsTheStreamAndNoOther() throws Exception {
        Http2Client client = client(proxy(origin()));
        client.get(1, "/wait");
        client.get(3, "/wait");
        ProxyRequest one = handlers.served();
        ProxyRequest other = handlers.served();
        client.reset(1, ErrorCode.CANCEL);
        Awaited.isTrue(() -> one.exchange().cancelled() == Outcome.CLIENT_LEFT
                || other.exchange().cancelled() == Outcome.CLIENT_LEFT);
        handlers.release.countDown();
        assertThat(client.body(3)).endsWith("waited");
    }

    @Test
    void anOriginThatIsReplacedLosesNoRequest() throws Exception {
        ProxyServer origin = origin();
        ProxyServer proxy = proxy(origin);
        Http2Client client = client(proxy);
        client.get(1, "/wait");
        handlers.served();
        Thread closing = new Thread(origin::close);
        closing.start();
        Awaited.refusal(origin.address());
        handlers.release.countDown();
        assertThat(client.body(1)).as("what was at work").endsWith("waited");
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
        client.get(3, "/");
        assertThat(client.head(3)).as("nobody listens there any more").startsWith(":status: 502");
    }

    @Test
    void whatTheOriginHasRefusedIsSentAgain() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");
        Http2Client origin = open.add(accepted(listener));
        assertThat(origin.await("HEADERS", 1).text()).contains(":method: POST\n", "content-length: 0\n");
        origin.reset(1, ErrorCode.REFUSED_STREAM);
        origin.await("HEADERS", 3);
        origin.headers(3, false, ":status", "200", "content-length", "2");
        origin.data(3, true, "ok");
        assertThat(answer(client, 2)).isEqualTo("ok");
    }

    @Test
    void aStreamAboveTheLastOneOfAGoawayIsSentAgainOnAnotherConnection() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write("DELETE / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Http2Client first = open.add(accepted(listener));
        first.await("HEADERS", 1);
        first.frame(out -> FrameWriter.goAway(out, 0, ErrorCode.NO_ERROR, "bye"));
        Http2Client second = open.add(accepted(listener));
        second.await("HEADERS", 1);
        second.headers(1, true, ":status", "204");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void aResponseThatBreaksARuleIsABadOne() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write(GET);
        Http2Client origin = open.add(accepted(listener));
        origin.await("HEADERS", 1);
        origin.headers(1, true, ":status", "200", "Upper", "1");
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        assertThat(origin.await("RST_STREAM", 1).text()).isEqualTo("PROTOCOL_ERROR");
    }

    @ParameterizedTest
    @CsvSource({"65526, 200", "65527, 502"})
    void aHeadMayBeAsLongAsThatOfHttp11(int value, int status) throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write(GET);
        Http2Client origin = open.add(accepted(listener));
        origin.await("HEADERS", 1);
        // As a line of HTTP/1.1: "x-long: ", the value, and CR LF.
        origin.headers(1, true, ":status", "200", "x-long", "a".repeat(value));
        assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void aBodyThatIsResetIsCutAndNotWhole() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection client = open.add(RawConnection.connect(proxy.address()));
        client.write(GET);
        Http2Client origin = open.add(accepted(listener));
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", "200", "content-length", "10");
        origin.data(1, false, "half ");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.readExactly(5)).isEqualTo("half ");
        origin.reset(1, ErrorCode.INTERNAL_ERROR);
        assertThat(client.readAll()).isEmpty();
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.BODY_FAILED);
    }

    @Test
    void anOriginThatTakesOneStreamAtATimeGetsAConnectionForEach() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        ProxyServer proxy = proxy(listener.getLocalPort());
        RawConnection one = open.add(RawConnection.connect(proxy.address()));
        one.write(GET);
        Http2Client first = open.add(accepted(listener));
        first.frame(out -> FrameWriter.settings(out, 3, 1));
        first.await("HEADERS", 1);
        first.await("SETTINGS");
        RawConnection two = open.add(RawConnection.connect(proxy.address()));
        two.write(GET);
        Http2Client second = open.add(accepted(listener));
        second.await("HEADERS", 1);
        second.headers(1, true, ":status", "204");
        assertThat(two.readHead()).startsWith("HTTP/1.1 204 ");
        first.headers(1, true, ":status", "204");
        assertThat(one.readHead()).startsWith("HTTP/1.1 204 ");
    }

    private static String[] call(String... more) {
        List<String> fields = new ArrayList<>(List.of("content-type", "application/grpc", "te", "trailers"));
        fields.addAll(List.of(more));
        return Http2Client.request("POST", "/shop.Shop/Buy", fields.toArray(new String[0]));
    }

    @Test
    void aCallOfGrpcPassesWithItsStatus() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Http2Client client = client(proxy(listener.getLocalPort()));
        client.headers(1, false, call("grpc-timeout", "10S"));
        client.data(1, true, "\0\0\0\0\1x");
        Http2Client origin = open.add(accepted(listener));
        assertThat(origin.await("HEADERS", 1).text())
                .contains("te: trailers\n", "content-type: application/grpc\n", "grpc-timeout: 10S\n");
        assertThat(origin.await("DATA", 1).text()).isEqualTo("\0\0\0\0\1x");
        origin.headers(1, false, ":status", "200", "content-type", "application/grpc");
        origin.data(1, false, "\0\0\0\0\1y");
        origin.headers(1, true, "grpc-status", "0", "grpc-message", "fine");
        assertThat(client.head(1)).startsWith(":status: 200\n");
        assertThat(client.await("DATA", 1).text()).isEqualTo("\0\0\0\0\1y");
        Event status = client.await("HEADERS", 1);
        assertThat(status.text()).isEqualTo("grpc-status: 0\ngrpc-message: fine\n");
        assertThat(status.end()).isTrue();
    }

    @Test
    void aCallOfGrpcThatEndsInItsHeadDoesSoForTheClient() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Http2Client client = client(proxy(listener.getLocalPort()));
        client.headers(1, true, call());
        Http2Client origin = open.add(accepted(listener));
        origin.await("HEADERS", 1);
        origin.headers(1, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "5");
        Event head = client.await("HEADERS", 1);
        assertThat(head.text()).contains("grpc-status: 5\n").doesNotContain("content-length");
        assertThat(head.end()).isTrue();
    }

    @Test
    void aCallOfGrpcGetsItsOwnStatusForAFailure() throws Exception {
        ServerSocket gone = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        int port = gone.getLocalPort();
        gone.close();
        Http2Client client = client(proxy(port));
        client.headers(1, true, call());
        Event head = client.await("HEADERS", 1);
        assertThat(head.text())
                .startsWith(":status: 200\n")
                .contains("content-type: application/grpc\n", "grpc-status: 14\n", "grpc-message: 502");
        assertThat(head.end()).isTrue();
    }

    @Test
    void aCallOfGrpcEndsAtItsDeadline() throws Exception {
        Http2Client client = client(proxy(origin()));
        client.headers(
                1,
                true,
                Http2Client.request("POST", "/wait", "content-type", "application/grpc", "grpc-timeout", "200m"));
        Event head = client.await("HEADERS", 1);
        assertThat(head.text()).contains("grpc-status: 4\n");
        assertThat(head.end()).isTrue();
        ProxyRequest request = handlers.served();
        Awaited.isTrue(() -> request.exchange().cancelled() != null);
    }

    @Test
    void aCallOfGrpcThatBreaksOffEndsWithAStatus() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Http2Client client = client(proxy(listener.getLocalPort()));
        client.headers(1, false, call());
        Http2Client origin = open.add(accepted(listener));
        halfAnswered(client, origin);
        origin.reset(1, ErrorCode.CANCEL);
        Event status = client.await("HEADERS", 1);
        assertThat(status.text()).isEqualTo("grpc-status: 14\ngrpc-message: 502 BODY_FAILED\n");
        assertThat(status.end()).isTrue();
        assertThat(client.await("RST_STREAM", 1).text())
                .as("the rest of the request is not needed")
                .isEqualTo("NO_ERROR");
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.BODY_FAILED);
    }

    @Test
    void aCallOfGrpcThatIsHalfAnsweredEndsAtItsDeadline() throws Exception {
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Http2Client client = client(proxy(listener.getLocalPort()));
        client.headers(1, true, call("grpc-timeout", "500m"));
        Http2Client origin = open.add(accepted(listener));
        halfAnswered(client, origin);
        Event status = client.await("HEADERS", 1);
        assertThat(status.text()).isEqualTo("grpc-status: 4\ngrpc-message: 504 TOTAL_TIMEOUT\n");
        assertThat(status.end()).isTrue();
        assertThat(origin.await("RST_STREAM", 1).text()).isEqualTo("CANCEL");
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
    }

    private static void halfAnswered(Http2Client client, Http2Client origin) throws Exception {
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", "200", "content-type", "application/grpc");
        origin.data(1, false, "\0\0\0\0\1y");
        assertThat(client.head(1)).startsWith(":status: 200\n");
        assertThat(client.await("DATA", 1).text()).isEqualTo("\0\0\0\0\1y");
    }

    /** A server of gRPC closes a connection for the third PING within 5 min that it has sent nothing between. */
    @Test
    void anOriginThatIsSilentIsSeldomAskedWhetherItIsThere() throws Exception {
        ManualTime time = new ManualTime();
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        RawConnection client = open.add(RawConnection.connect(
                patientProxy(listener.getLocalPort(), time).address()));
        client.write(GET);
        Http2Client origin = open.add(accepted(listener));
        origin.await("HEADERS", 1);
        origin.await("SETTINGS");
        origin.headers(1, false, ":status", "200", "content-length", "2");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        time.advance(Duration.ofSeconds(31));
        origin.await("PING");
        settle(origin);
        for (int i = 0; i < 9; i++) {
            time.advance(Duration.ofSeconds(31));
            settle(origin);
        }
        assertThat(origin.others()).extracting(Event::kind).doesNotContain("PING");
        time.advance(Duration.ofSeconds(31));
        origin.await("PING");
        settle(origin);
        origin.data(1, false, "h");
        assertThat(client.readExactly(1)).isEqualTo("h");
        time.advance(Duration.ofSeconds(31));
        origin.await("PING");
        settle(origin);
        origin.data(1, true, "i");
        assertThat(client.readExactly(1)).isEqualTo("i");
    }

    @Test
    void anOriginThatDoesNotAnswerIsLeft() throws Exception {
        ManualTime time = new ManualTime();
        ServerSocket listener = open.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        RawConnection client = open.add(RawConnection.connect(
                patientProxy(listener.getLocalPort(), time).address()));
        client.write(GET);
        try (Socket origin = listener.accept()) {
            awaitHeaders(origin);
            time.advance(Duration.ofSeconds(31));
            time.advance(Duration.ofSeconds(11));
            assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        }
    }

    /** Reads frames up to HEADERS, and answers none. */
    private static void awaitHeaders(Socket origin) throws IOException {
        DataInputStream in = new DataInputStream(origin.getInputStream());
        in.readFully(new byte[24]);
        int lengthAndType;
        do {
            lengthAndType = in.readInt();
            in.readFully(new byte[5 + (lengthAndType >>> 8)]);
        } while ((lengthAndType & 0xff) != 1);
    }

    private ProxyServer patientProxy(int port, ManualTime time) throws IOException {
        DirectTransport.OriginOptions options =
                DirectTransport.OriginOptions.builder().http2(true).build();
        Duration hour = Duration.ofHours(1);
        return open.add(ProxyServer.builder()
                .transport(transport)
                .time(time)
                .timeouts(Timeouts.builder().head(hour).idle(hour).build())
                .addRoute("/**", transport.upstream("origin", URI.create("http://127.0.0.1:" + port), options))
                .build()
                .start());
    }

    /** Waits until the proxy has read what the origin has sent, and the origin what the proxy has. */
    private static void settle(Http2Client origin) throws Exception {
        origin.frame(FrameWriter::settings);
        origin.await("SETTINGS");
    }

    /** The origin's side of the next connection, whose preface has been read. */
    private static Http2Client accepted(ServerSocket listener) throws IOException {
        Socket socket = listener.accept();
        byte[] preface = socket.getInputStream().readNBytes(24);
        assertThat(new String(preface, StandardCharsets.US_ASCII)).startsWith("PRI * HTTP/2.0");
        return Http2Client.server(socket);
    }
}
