package dev.sluice.proxy.transport.direct;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.origin.DirectUpstream;
import dev.sluice.proxy.transport.direct.origin.Http1Streams;
import dev.sluice.proxy.transport.direct.origin.Http2Streams;
import dev.sluice.proxy.wire.TestTls;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an origin of HTTP/2 does wrong, or at a bad moment, and who notices. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2OriginFaultsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    private final Connector connector = Connector.builder().build();
    private final DirectTransport transport =
            DirectTransport.builder().connector(connector).build();
    private ServerSocket listener;

    @BeforeEach
    void begin() throws Exception {
        listener = open.add(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
    }

    @AfterEach
    void end() throws Exception {
        open.close();
        transport.close();
        Awaited.isTrue(() -> {
            ConnectionStatistics left = connector.statistics();
            return left.active() + left.unpooled() + left.idle() == 0;
        });
    }

    private Upstream upstream() {
        return transport.upstream(
                "origin",
                URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                DirectTransport.OriginOptions.builder().http2(true).build());
    }

    private ProxyServer proxy(Upstream upstream) throws IOException {
        return open.add(ProxyServer.builder()
                .transport(transport)
                .limits(Limits.builder().clientShare(1).build())
                .addListener(records)
                .drain(Duration.ZERO)
                .addRoute("/**", upstream)
                .build()
                .start());
    }

    private RawConnection client(ProxyServer proxy) throws IOException {
        return open.add(RawConnection.connect(proxy.address()));
    }

    /** The origin's side of the next connection. */
    private Http2Client accepted() throws IOException {
        Socket socket = listener.accept();
        assertThat(socket.getInputStream().readNBytes(24)).hasSize(24);
        return open.add(Http2Client.server(socket));
    }

    /** Waits until the proxy has read what the origin has sent. */
    private static void settle(Http2Client origin) throws Exception {
        origin.frame(out -> FrameWriter.ping(out, 7, false));
        origin.await("PING");
    }

    private static void answer(Http2Client origin, int stream, RawConnection client) throws Exception {
        origin.await("HEADERS", stream);
        origin.headers(stream, true, ":status", "204");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void aSmallBodyIsSentAgainWithTheRequestThatWasRefused() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello");
        Http2Client first = accepted();
        first.await("DATA", 1);
        first.frame(out -> FrameWriter.goAway(out, 0, ErrorCode.NO_ERROR, ""));
        Http2Client second = accepted();
        assertThat(second.await("DATA", 1).text()).isEqualTo("hello");
        second.headers(1, true, ":status", "204");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
    }

    /** A body that does something the first time that somebody asks what of it is there, which is before anything is sent. */
    private static final class Asked extends ByteArrayInputStream {
        private Callable<?> asked;

        Asked(Callable<?> asked) {
            super("hello".getBytes(ISO_8859_1));
            this.asked = asked;
        }

        @Override
        public synchronized int available() {
            Callable<?> now = asked;
            asked = () -> 0;
            try {
                now.call();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
            return 0;
        }
    }

    private static CompletableFuture<Object> send(Upstream upstream, Exchange exchange, InputStream body) {
        return CompletableFuture.supplyAsync(() -> {
            try (ProxyResponse response = upstream.send(TestExchange.request(exchange, "POST", "/").toBuilder()
                    .body(Body.of(body, 5))
                    .build())) {
                return response.status();
            } catch (IOException | InterruptedException failure) {
                return failure;
            }
        });
    }

    private Http2Client firstAnswer(Upstream upstream) throws Exception {
        CompletableFuture<Object> first =
                send(upstream, TestExchange.begin(), new ByteArrayInputStream("hello".getBytes(ISO_8859_1)));
        Http2Client origin = accepted();
        origin.await("HEADERS", 1);
        origin.headers(1, true, ":status", "204");
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(204);
        return origin;
    }

    @Test
    void aBodyThatNobodyHasReadIsSentOnAnotherConnection() throws Exception {
        Upstream upstream = upstream();
        Http2Client first = firstAnswer(upstream);
        CompletableFuture<Object> answer = send(upstream, TestExchange.begin(), new Asked(() -> {
            first.frame(out -> FrameWriter.goAway(out, 1, ErrorCode.NO_ERROR, ""));
            settle(first);
            return null;
        }));
        Http2Client second = accepted();
        assertThat(second.await("DATA", 1).text()).isEqualTo("hello");
        second.headers(1, true, ":status", "204");
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(204);
    }

    @Test
    void aRequestThatIsCancelledBeforeItIsSentIsNotSent() throws Exception {
        Upstream upstream = upstream();
        Http2Client origin = firstAnswer(upstream);
        Exchange exchange = TestExchange.begin();
        CompletableFuture<Object> answer =
                send(upstream, exchange, new Asked(() -> exchange.cancel(Outcome.CLIENT_LEFT)));
        assertThat(answer.get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.CLIENT_LEFT));
        settle(origin);
        assertThat(origin.others()).extracting(Event::stream).doesNotContain(3);
    }

    @Test
    void aRequestWhoseStreamIsResetIsNotSentAgain() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write(GET);
        Http2Client origin = accepted();
        answer(origin, 1, client);
        client.write(GET);
        origin.await("HEADERS", 3);
        origin.reset(3, ErrorCode.INTERNAL_ERROR);
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        settle(origin);
        assertThat(origin.others()).extracting(Event::kind).doesNotContain("HEADERS");
    }

    @Test
    void aRequestOnAConnectionThatWasUsedAndEndsIsSentAgain() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write(GET);
        Http2Client first = accepted();
        answer(first, 1, client);
        client.write(GET);
        first.await("HEADERS", 3);
        first.close();
        answer(accepted(), 1, client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"103", "200"})
    void whatTheOriginHasAnsweredIsNotSentAgain(String status) throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write(GET);
        Http2Client origin = accepted();
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", status);
        origin.reset(1, ErrorCode.REFUSED_STREAM);
        settle(origin);
        assertThat(origin.others()).extracting(Event::kind).doesNotContain("HEADERS");
        assertThat(records.awaitEnded(1).get(0).outcome()).isIn(Outcome.HEAD_FAILED, Outcome.BODY_FAILED);
    }

    /** The likeliest mistake where no TLS agrees on a version. */
    @Test
    void anOriginThatSpeaksHttp11IsSaidToDoSo() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write(GET);
        Socket origin = open.add(listener.accept());
        awaitHeads(origin, 1);
        origin.getOutputStream().write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        assertThat(records.awaitEnded(1).get(0).failure()).hasMessageContaining("HTTP/1.1");
    }

    @Test
    void anAnswerBeforeTheBodyWasAskedForIsWhole() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write("POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        Http2Client origin = accepted();
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", "417");
        origin.data(1, true, "not so");
        assertThat(client.readHead()).startsWith("HTTP/1.1 417 ");
        assertThat(client.readAll()).contains("not so").endsWith("\r\n0\r\n\r\n");
    }

    @Test
    void anAnswerThatIsWholeOutlivesItsConnection() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\nsome");
        Http2Client origin = accepted();
        origin.await("DATA", 1);
        origin.headers(1, false, ":status", "413");
        origin.data(1, true, "too large");
        origin.close();
        assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
        assertThat(client.readAll()).contains("too large").endsWith("\r\n0\r\n\r\n");
    }

    @Test
    void trailersHaveAsManyFieldsAsAHeadAtMost() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write(GET);
        Http2Client origin = accepted();
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", "200");
        origin.data(1, false, "hello");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        String[] fields = new String[2 * 501];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x-sum";
            fields[i + 1] = "1";
        }
        origin.headers(1, true, fields);
        client.readAll();
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.BODY_FAILED);
    }

    /** Of two requests at once on a connection to an origin that takes one, the other would be refused. */
    @Test
    void beforeAnOriginHasSaidHowManyStreamsItTakesItGetsOne() throws Exception {
        ProxyServer proxy = open.add(ProxyServer.builder()
                .transport(transport)
                .time(new ManualTime())
                .limits(Limits.builder().clientShare(1).build())
                .addListener(records)
                .drain(Duration.ZERO)
                .addRoute("/**", upstream())
                .build()
                .start());
        RawConnection one = client(proxy);
        RawConnection two = client(proxy);
        one.write(GET);
        Socket socket = open.add(listener.accept());
        awaitHeads(socket, 1);
        two.write(GET);
        // Whatever the other one is about to do, it gets no answer here before the origin has said what it takes.
        Http2Client first = open.add(Http2Client.silent(socket));
        first.frame(out -> FrameWriter.settings(out, 3, 1));
        Http2Client second = accepted();
        answer(second, 1, two);
        first.headers(1, true, ":status", "204");
        assertThat(one.readHead()).startsWith("HTTP/1.1 204 ");
        assertThat(first.others()).extracting(Event::kind).doesNotContain("HEADERS");
    }

    /** RFC 9113 §6.5.2: before it says so, no limit is known, but a limit of less than 100 is not recommended. */
    @Test
    void anOriginThatHasSaidNothingYetGetsAHundredStreams() throws Exception {
        ProxyServer proxy = proxy(upstream());
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i <= 100; i++) {
            clients.add(client(proxy));
            clients.get(i).write(GET);
        }
        Socket first = open.add(listener.accept());
        awaitHeads(first, 100);
        Http2Client second = accepted();
        second.await("HEADERS", 1);
        assertThat(first.getInputStream().available()).isZero();
    }

    /** Reads the preface, and frames up to so many HEADERS, and answers none. */
    private static void awaitHeads(Socket origin, int count) throws IOException {
        DataInputStream in = new DataInputStream(origin.getInputStream());
        in.readFully(new byte[24]);
        for (int heads = 0; heads < count; ) {
            int lengthAndType = in.readInt();
            in.readFully(new byte[5 + (lengthAndType >>> 8)]);
            heads += (lengthAndType & 0xff) == 1 ? 1 : 0;
        }
    }

    @Test
    void requestsThatWaitForAConnectionFailTogether() throws Exception {
        ManualTime time = new ManualTime();
        Upstream upstream = transport.upstream(
                "origin",
                URI.create("https://localhost:" + listener.getLocalPort()),
                DirectTransport.OriginOptions.builder()
                        .http2(true)
                        .tls(TlsSettings.of(TestTls.client("localhost")))
                        .build());
        ProxyServer proxy = open.add(ProxyServer.builder()
                .transport(transport)
                .time(time)
                .limits(Limits.builder().clientShare(1).build())
                .addListener(records)
                .drain(Duration.ZERO)
                .addRoute("/**", upstream)
                .build()
                .start());
        for (int i = 0; i < 5; i++) {
            client(proxy).write(GET);
        }
        // It accepts, and then is silent.
        open.add(listener.accept());
        long begin = time.nanos();
        Awaited.passing(time, Duration.ofSeconds(1), () -> records.records().size() == 5);
        assertThat(records.records()).extracting(each -> each.outcome()).containsOnly(Outcome.CONNECT_TIMEOUT);
        assertThat(Duration.ofNanos(time.nanos() - begin)).isLessThan(Duration.ofSeconds(15));
    }

    /** It may be stuck, and still answer a PING. */
    @Test
    void aConnectionThatAnswersNoRequestsGetsNoMoreOfThem() throws Exception {
        ManualTime time = new ManualTime();
        ProxyServer proxy = open.add(ProxyServer.builder()
                .transport(transport)
                .time(time)
                .timeouts(Timeouts.builder().head(Duration.ofSeconds(2)).build())
                .limits(Limits.builder().clientShare(1).build())
                .addListener(records)
                .drain(Duration.ZERO)
                .addRoute("/**", upstream())
                .build()
                .start());
        Http2Client stuck = null;
        for (int i = 0; i < 3; i++) {
            RawConnection client = client(proxy);
            client.write(GET);
            stuck = stuck == null ? accepted() : stuck;
            stuck.await("HEADERS", 2 * i + 1);
            int ended = i + 1;
            Awaited.passing(time, Duration.ofSeconds(1), () -> records.records().size() == ended);
            assertThat(client.readHead()).startsWith("HTTP/1.1 504 ");
        }
        RawConnection client = client(proxy);
        client.write(GET);
        answer(accepted(), 1, client);
    }

    @Test
    void anOriginThatRequiresHttp11GetsItFromThenOn() throws Exception {
        SSLServerSocket tls = open.add((SSLServerSocket)
                TestTls.server("localhost").getServerSocketFactory().createServerSocket(0));
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        tls.setSSLParameters(parameters);
        RawConnection client = client(proxy(trusting(tls.getLocalPort())));
        client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello");
        Socket first = open.add(tls.accept());
        assertThat(first.getInputStream().readNBytes(24)).hasSize(24);
        Http2Client origin = open.add(Http2Client.server(first));
        origin.await("DATA", 1);
        origin.reset(1, ErrorCode.HTTP_1_1_REQUIRED);
        origin.await("END");
        Socket second = open.add(tls.accept());
        answer(second, "POST / HTTP/1.1", "hello");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
        client.write(GET);
        answer(second, "GET / HTTP/1.1", "");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
    }

    private static void answer(Socket origin, String line, String body) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) origin.getInputStream().read());
        }
        assertThat(head).startsWith(line);
        assertThat(new String(origin.getInputStream().readNBytes(body.length()), ISO_8859_1))
                .isEqualTo(body);
        origin.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1));
    }

    /** There is no other way to it. */
    @Test
    void whereHttp11IsRequiredWithoutTlsThatIsSaid() throws Exception {
        RawConnection client = client(proxy(upstream()));
        client.write(GET);
        Http2Client origin = accepted();
        for (int stream = 1; stream <= 3; stream += 2) {
            origin.await("HEADERS", stream);
            origin.reset(stream, ErrorCode.HTTP_1_1_REQUIRED);
        }
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        assertThat(records.awaitEnded(1).get(0).failure()).hasMessageContaining("HTTP_1_1_REQUIRED");
    }

    private Upstream trusting(int port) {
        return transport.upstream(
                "origin",
                URI.create("https://localhost:" + port),
                DirectTransport.OriginOptions.builder()
                        .http2(true)
                        .tls(TlsSettings.of(TestTls.client("localhost")))
                        .build());
    }

    @Test
    void connectionsOfAnOriginThatHasChosenHttp11ArePooled() throws Exception {
        ProxyServer origin = open.add(ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(Http2.builder().alpn(false).build())
                        .build())
                .tls(TestTls.server("localhost"))
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start());
        RawConnection client = client(proxy(trusting(origin.address().getPort())));
        for (int i = 0; i < 6; i++) {
            client.write(GET);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readExactly(5)).isEqualTo("hello");
        }
        assertThat(connector.statistics().opened()).isEqualTo(2);
    }

    @Test
    void anUpstreamThatIsClosedClosesItsIdleConnections() throws Exception {
        Upstream upstream = upstream();
        Http2Client origin = firstAnswer(upstream);
        upstream.close();
        origin.await("END");
    }

    @Test
    void placesWithoutConnectionsAreForgotten() throws Exception {
        Http2Streams streams = new Http2Streams(connector.pools(), new Http1Streams(connector.pools(), false, false));
        Origin place = Origin.of(URI.create("http://127.0.0.1:" + listener.getLocalPort()));
        Upstream upstream = new DirectUpstream("origin", place, connector.pools(), streams, null);
        Http2Client origin = firstAnswer(upstream);
        assertThat(streams.size()).isEqualTo(1);
        origin.close();
        Awaited.isTrue(() -> streams.size() == 0);
        listener.close();
        assertThatThrownBy(() -> upstream.send(TestExchange.request("GET", "/")))
                .isInstanceOf(ProxyException.class);
        assertThat(streams.size()).isZero();
    }
}
