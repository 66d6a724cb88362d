package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.forward.ParentProxy;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.wire.TestTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server does for each request, where many come on the streams of one connection. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2FeaturesTest {
    private static final String PROXY_HEADER = "PROXY TCP4 203.0.113.9 127.0.0.1 4321 80\r\n";

    private final ManualTime time = new ManualTime();
    private final Http2Handlers handlers = new Http2Handlers();
    private final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    private ProxyServer server;

    @AfterEach
    void end() throws Exception {
        handlers.release.countDown();
        open.close();
    }

    private void start(DirectTransport.Builder transport, ProxyServer.Builder builder) {
        server = open.add(builder.transport(open.add(transport
                        .http2(Http2.builder().priorKnowledge(true).build())
                        .build()))
                .time(time)
                .drain(Duration.ZERO)
                .addListener(records)
                .addRoute("/wait", handlers::waits)
                .addRoute("/echo", handlers::echo)
                .addRoute(
                        "/text",
                        request -> ProxyResponse.builder(200)
                                .header("Content-Type", "text/plain")
                                .body(Body.of("x".repeat(5_000)))
                                .build())
                .addRoute("/hello", handlers::hello)
                .build()
                .start());
    }

    private Http2Client started(ProxyServer.Builder builder) throws IOException {
        start(DirectTransport.builder(), builder);
        return open.add(Http2Client.connect(server.address()));
    }

    private static void requireStatus(Http2Client client, int stream, int status) throws Exception {
        assertThat(client.head(stream)).startsWith(":status: " + status + "\n");
    }

    private static String[] call(String path) {
        return Http2Client.request("POST", path, "content-type", "application/grpc", "te", "trailers");
    }

    /** Only HTTP/1.1 knows half of a connection: over HTTP/2 nobody could open windows any more. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatEndsItsConnectionHasLeftAlsoWithHalfClose(boolean halfClose) throws Exception {
        start(DirectTransport.builder().halfClose(halfClose), ProxyServer.builder());
        Socket socket = open.add(
                new Socket(server.address().getAddress(), server.address().getPort()));
        Http2Client client = Http2Client.of(socket);
        client.get(1, "/wait");
        ProxyRequest request = handlers.served();
        socket.shutdownOutput();
        Awaited.isTrue(() -> request.exchange().cancelled() == Outcome.CLIENT_LEFT);
    }

    /** @param joined whether both come at once */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false"})
    void aProxyHeaderComesBeforeThePreface(boolean tls, boolean joined) throws Exception {
        ProxyServer.Builder builder = ProxyServer.builder();
        start(
                DirectTransport.builder().addProxyProtocolPeers("127.0.0.1"),
                tls ? builder.tls(TestTls.server("localhost")) : builder);
        Socket socket = open.add(
                new Socket(server.address().getAddress(), server.address().getPort()));
        Http2Client client;
        if (joined) {
            String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
            byte[] settings = new byte[9];
            settings[3] = 4;
            socket.getOutputStream()
                    .write((PROXY_HEADER + preface + new String(settings, StandardCharsets.ISO_8859_1))
                            .getBytes(StandardCharsets.ISO_8859_1));
            client = open.add(Http2Client.silent(socket));
        } else {
            socket.getOutputStream().write(PROXY_HEADER.getBytes(StandardCharsets.ISO_8859_1));
            client = open.add(Http2Client.of(tls ? tls(socket) : socket));
        }
        for (int stream = 1; stream < 5; stream += 2) {
            String[] fields = Http2Client.request("GET", "/hello");
            fields[3] = tls ? "https" : "http";
            fields[7] = "localhost";
            client.headers(stream, true, fields);
            requireStatus(client, stream, 200);
            ProxyRequest request = handlers.served();
            assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
            assertThat(request.exchange().client().address().getAddress().getHostAddress())
                    .isEqualTo("203.0.113.9");
            assertThat(request.target().scheme()).isEqualTo(tls ? "https" : "http");
        }
    }

    private static SSLSocket tls(Socket socket) throws Exception {
        SSLSocket tls = (SSLSocket) TestTls.client("localhost")
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        assertThat(tls.getApplicationProtocol()).isEqualTo("h2");
        return tls;
    }

    @Test
    void maintenanceRefusesStreamsAndNotThoseThatHaveBegun() throws Exception {
        Maintenance maintenance =
                Maintenance.builder().retryAfter(Duration.ofSeconds(7)).build();
        Http2Client client = started(ProxyServer.builder().addFilter(maintenance));
        client.get(1, "/wait");
        handlers.served();
        client.headers(3, false, Http2Client.request("POST", "/echo"));
        handlers.served();
        maintenance.on();
        client.get(5, "/hello");
        assertThat(client.head(5)).startsWith(":status: 503\n").contains("retry-after: 7\n");
        client.headers(7, false, call("/a.B/c"));
        assertThat(client.head(7))
                .startsWith(":status: 200\n")
                .contains("grpc-status: 14\n", "grpc-message: 503 down for maintenance\n");
        client.headers(9, false, Http2Client.request("POST", "/echo", "content-length", "1000"));
        requireStatus(client, 9, 503);
        client.data(3, true, "still");
        assertThat(client.body(3)).endsWith("still");
        handlers.release.countDown();
        requireStatus(client, 1, 200);
        maintenance.off();
        client.get(11, "/hello");
        requireStatus(client, 11, 200);
    }

    @Test
    void eachStreamCountsForTheRateOfItsClient() throws Exception {
        Http2Client client = started(ProxyServer.builder().addFilter(RateLimit.perSecond(3)));
        for (int i = 0; i < 4; i++) {
            client.get(1 + 2 * i, "/hello");
        }
        int refused = 0;
        for (int i = 0; i < 4; i++) {
            refused += client.head(1 + 2 * i).startsWith(":status: 429\n") ? 1 : 0;
        }
        assertThat(refused).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        client.get(9, "/hello");
        requireStatus(client, 9, 200);
        RawConnection other = open.add(RawConnection.connect(server.address()));
        for (int i = 0; i < 3; i++) {
            other.write("GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(other.readHead()).startsWith("HTTP/1.1 " + (i == 2 ? 429 : 200));
            other.readExactly(i == 2 ? 0 : 5);
        }
    }

    /** A stream has its place until its response is whole, and gives it back when it is reset, also while it waits. */
    @Test
    void eachStreamCountsForTheRequestsOfItsClientAtOnce() throws Exception {
        ConcurrencyLimit limit = ConcurrencyLimit.of(2).withQueue(1);
        Http2Client client = started(ProxyServer.builder().addFilter(limit));
        client.get(1, "/wait");
        client.headers(3, false, Http2Client.request("POST", "/echo"));
        handlers.served();
        handlers.served();
        client.get(5, "/hello");
        Awaited.isTrue(() -> limit.waiting() == 1);
        client.get(7, "/hello");
        requireStatus(client, 7, 429);
        client.reset(5, ErrorCode.CANCEL);
        Awaited.isTrue(() -> limit.waiting() == 0);
        client.get(9, "/hello");
        Awaited.isTrue(() -> limit.waiting() == 1);
        client.reset(3, ErrorCode.CANCEL);
        requireStatus(client, 9, 200);
        client.get(11, "/hello");
        requireStatus(client, 11, 200);
    }

    @Test
    void responsesAreCompressedForEachStream() throws Exception {
        Http2Client client = started(ProxyServer.builder().addFilter(Compression.DEFAULT));
        client.get(1, "/text", "accept-encoding", "gzip");
        client.get(3, "/text");
        client.headers(5, true, Http2Client.request("HEAD", "/text", "accept-encoding", "gzip"));
        assertThat(client.head(1)).contains("content-encoding: gzip\n").doesNotContain("content-length: 5000");
        byte[] coded = client.body(1).getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(coded)).readAllBytes())
                .hasSize(5_000);
        assertThat(client.head(3)).contains("content-length: 5000\n").doesNotContain("content-encoding");
        assertThat(client.body(3)).hasSize(5_000);
        Event head = client.await("HEADERS", 5);
        assertThat(head.text()).contains("content-encoding: gzip\n").doesNotContain("content-length: 5000");
        assertThat(head.end()).isTrue();
    }

    /** The limit is reached while the upload goes on, whether its length was said or not. */
    @ParameterizedTest
    @CsvSource({"0, false", "20, false", "0, true", "20, true"})
    void anUploadThatBecomesTooLongEndsItsStreamOnly(int said, boolean onError) throws Exception {
        ProxyServer.Builder builder =
                ProxyServer.builder().limits(Limits.builder().bodyBytes(10).build());
        if (onError) {
            builder.onError((request, why) -> ProxyResponse.builder(why.status())
                    .header("X-Page", "own")
                    .body(Body.of("own page"))
                    .build());
        }
        Http2Client client = started(builder);
        client.headers(1, false, Http2Client.request("POST", "/echo"));
        handlers.served();
        client.headers(
                3,
                false,
                said == 0
                        ? Http2Client.request("POST", "/read")
                        : Http2Client.request("POST", "/echo", "content-length", "20"));
        if (said == 0) {
            requireStatus(client, 3, 404);
            client.headers(5, false, Http2Client.request("POST", "/echo"));
            handlers.served();
            client.data(5, false, "12345678901");
            // The echo has begun its response, so that it can only break off.
            Event next = client.next(5);
            while (!next.end()) {
                next = client.next(5);
            }
            assertThat(next.kind()).isEqualTo("RST_STREAM");
        } else {
            String head = client.head(3);
            assertThat(head).startsWith(":status: 413\n");
            assertThat(head.contains("x-page: own\n")).isEqualTo(onError);
            assertThat(client.body(3).contains("own page")).isEqualTo(onError);
            // The client has a moment to end its request by itself.
            Awaited.passing(
                    time,
                    Duration.ofMillis(50),
                    () -> client.others().stream()
                            .anyMatch(each -> each.kind().equals("RST_STREAM") && each.stream() == 3));
            assertThat(client.await("RST_STREAM", 3).text()).isEqualTo("NO_ERROR");
        }
        client.data(1, true, "short");
        assertThat(client.body(1)).endsWith("short");
        client.get(7, "/hello");
        requireStatus(client, 7, 200);
    }

    @Test
    void eachStreamHasItsIdAndItsRecord() throws Exception {
        Http2Client client = started(ProxyServer.builder().addFilter(RequestId.DEFAULT));
        client.get(1, "/wait");
        client.get(3, "/wait");
        String one = handlers.served().headers().first("X-Request-Id").orElseThrow();
        String two = handlers.served().headers().first("X-Request-Id").orElseThrow();
        assertThat(one).isNotEqualTo(two);
        handlers.release.countDown();
        requireStatus(client, 1, 200);
        requireStatus(client, 3, 200);
        RawConnection other = open.add(RawConnection.connect(server.address()));
        other.write("GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThat(other.readHead()).startsWith("HTTP/1.1 200 ");
        List<ExchangeRecord> ended = records.awaitEnded(3);
        assertThat(ended.subList(0, 2)).allMatch(each -> each.request().version() == HttpVersion.HTTP_2);
        assertThat(ended.subList(0, 2)).extracting(ExchangeRecord::requestId).containsExactlyInAnyOrder(one, two);
        assertThat(ended.get(2).request().version()).isEqualTo(HttpVersion.HTTP_1_1);
    }

    @Test
    void theSamePasswordsHoldInBothVersions() throws Exception {
        Http2Client client = started(ProxyServer.builder()
                .addFilter(Authentication.require(BasicAuth.of("staff", Credentials.of("anna", "a long password")))));
        String good = "Basic " + Base64.getEncoder().encodeToString("anna:a long password".getBytes());
        client.get(1, "/hello");
        assertThat(client.head(1)).startsWith(":status: 401\n").contains("www-authenticate: Basic realm=\"staff\"");
        client.get(3, "/hello", "authorization", good);
        requireStatus(client, 3, 200);
        assertThat(handlers.served().headers().has("Authorization")).isFalse();
        client.headers(5, false, Http2Client.request("POST", "/echo", "content-length", "100000"));
        requireStatus(client, 5, 401);
        client.headers(7, false, call("/a.B/c"));
        assertThat(client.head(7)).contains("grpc-status: 16\n");
        RawConnection other = open.add(RawConnection.connect(server.address()));
        other.write("GET /hello HTTP/1.1\r\nHost: a.test\r\nAuthorization: " + good + "\r\n\r\n");
        assertThat(other.readHead()).startsWith("HTTP/1.1 200 ");
    }

    /** A copy goes on if the stream is reset, and one whose body never becomes whole is not sent. */
    @Test
    void streamsAreMirrored() throws Exception {
        BlockingQueue<String> copies = new LinkedBlockingQueue<>();
        CountDownLatch copied = new CountDownLatch(1);
        Mirror mirror = Mirror.builder(request -> {
                    copies.add(request.method() + " "
                            + new String(request.body().open().readAllBytes(), StandardCharsets.ISO_8859_1));
                    copied.await();
                    return ProxyResponse.of(200);
                })
                .methods("GET", "POST")
                .build();
        Http2Client client = started(ProxyServer.builder().addFilter(mirror));
        client.headers(1, false, Http2Client.request("POST", "/echo", "te", "trailers"));
        handlers.served();
        client.data(1, false, "one");
        assertThat(client.head(1)).startsWith(":status: 200\n");
        client.headers(3, false, Http2Client.request("POST", "/echo"));
        handlers.served();
        client.data(3, false, "half");
        requireStatus(client, 3, 200);
        client.reset(3, ErrorCode.CANCEL);
        client.headers(1, true, "x-sum", "3");
        assertThat(client.body(1)).endsWith("x-sum: 3\n");
        assertThat(copies.poll(20, TimeUnit.SECONDS)).isEqualTo("POST one");
        client.get(5, "/wait");
        handlers.served();
        assertThat(copies.poll(20, TimeUnit.SECONDS)).isEqualTo("GET ");
        client.reset(5, ErrorCode.CANCEL);
        copied.countDown();
        Awaited.isTrue(() -> mirror.counts().answered() == 2);
        assertThat(copies).isEmpty();
    }

    @Test
    void aConnectOnAStreamGoesThroughAParentProxy() throws Exception {
        BlockingQueue<RawConnection> accepted = new LinkedBlockingQueue<>();
        CountDownLatch done = new CountDownLatch(1);
        ScriptedOrigin parent = open.add(ScriptedOrigin.start(connection -> {
            String head = connection.readHead();
            if (head.startsWith("CONNECT refused.test:443")) {
                connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            connection.write("HTTP/1.1 200 OK\r\n\r\n");
            accepted.add(connection);
            done.await();
        }));
        Http2Client client = started(ProxyServer.builder()
                .forward(ForwardProxy.builder()
                        .addresses(AddressRule.ANY)
                        .parent(ParentProxy.at(parent.uri().toString()).withCredentials("anna", "secret"))
                        .build()));
        client.headers(1, false, ":method", "CONNECT", ":authority", "one.test:443");
        requireStatus(client, 1, 200);
        RawConnection one = accepted.poll(20, TimeUnit.SECONDS);
        client.headers(3, false, ":method", "CONNECT", ":authority", "two.test:443");
        requireStatus(client, 3, 200);
        RawConnection two = accepted.poll(20, TimeUnit.SECONDS);
        client.headers(5, false, ":method", "CONNECT", ":authority", "refused.test:443");
        requireStatus(client, 5, 403);
        assertThat(parent.requests().get(0))
                .startsWith("CONNECT one.test:443 HTTP/1.1\r\n")
                .contains("Proxy-Authorization: Basic ");
        client.data(1, false, "1");
        client.data(3, false, "2");
        assertThat(one.readExactly(1)).isEqualTo("1");
        assertThat(two.readExactly(1)).isEqualTo("2");
        client.reset(1, ErrorCode.CANCEL);
        assertThatThrownBy(one::readAll).as("a reset too").isInstanceOf(SocketException.class);
        two.write("still");
        assertThat(client.await("DATA", 3).text()).isEqualTo("still");
        client.data(3, true, "end");
        assertThat(two.readExactly(3)).isEqualTo("end");
        done.countDown();
        assertThat(client.body(3)).isEmpty();
    }
}
