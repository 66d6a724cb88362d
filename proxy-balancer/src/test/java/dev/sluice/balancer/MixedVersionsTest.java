package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of both versions at one port, and members of both versions in one pool. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MixedVersionsTest {
    private final Opened open = new Opened();
    private ProxyServer server;
    private Http2Client http2;
    private int stream = -1;

    @BeforeEach
    void begin() throws Exception {
        DirectTransport transport = open.add(DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .build());
        // It speaks both versions at one port, too.
        ProxyServer origin = open.add(ProxyServer.builder()
                .transport(transport)
                .drain(Duration.ZERO)
                .addRoute(Route.path("/body").allowTrailers("X-Sum").to(MixedVersionsTest::echo))
                .addRoute(Route.any().to(MixedVersionsTest::answer))
                .build()
                .start());
        URI uri = URI.create("http://127.0.0.1:" + origin.address().getPort());
        UpstreamPool pool = open.add(UpstreamPool.builder()
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(transport.upstream("one", uri)))
                .addMember(Member.of(transport.upstream(
                        "two",
                        uri,
                        DirectTransport.OriginOptions.builder().http2(true).build())))
                .build());
        server = open.add(ProxyServer.builder()
                .transport(transport)
                .drain(Duration.ZERO)
                .addRoute(Route.any().allowTrailers("X-Sum").to(pool))
                .build()
                .start());
        http2 = open.add(Http2Client.connect(server.address()));
    }

    @AfterEach
    void end() throws Exception {
        open.close();
    }

    private static ProxyResponse.Builder response(ProxyRequest request, int status) {
        return ProxyResponse.builder(status)
                .header("X-Version", request.version().toString())
                .header("ETag", "\"a\"");
    }

    private static ProxyResponse answer(ProxyRequest request) throws IOException {
        return switch (request.target().path()) {
            case "/hints" -> {
                request.exchange().interim(103, Headers.of("Link", "</a.css>"));
                yield response(request, 200).body(Body.of("hello")).build();
            }
            case "/304" -> response(request, 304).build();
            case "/204" -> response(request, 204).build();
            default -> response(request, 200).body(Body.of("hello")).build();
        };
    }

    private static ProxyResponse echo(ProxyRequest request) throws IOException {
        Body body = request.body();
        try (InputStream in = body.open()) {
            byte[] all = in.readAllBytes();
            return response(request, 200)
                    .body(Body.of(new ByteArrayInputStream(all), Body.UNKNOWN, body::trailers))
                    .build();
        }
    }

    /** What a client has got: heads in small letters, the body, and trailers. */
    private record Got(String interim, String head, String body) {
        HttpVersion origin() {
            return head.contains("x-version: http/2") ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
        }
    }

    private Got overHttp1(String kind) throws Exception {
        RawConnection client = open.add(RawConnection.connect(server.address()));
        String rest = " HTTP/1.1\r\nHost: a.test\r\n";
        switch (kind) {
            case "early" -> client.write("POST /early" + rest + "Content-Length: 300000\r\n\r\nsome");
            case "trailers" ->
                client.write(
                        "POST /body" + rest
                                + "TE: trailers\r\nConnection: TE\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\nX-Sum: 3\r\n\r\n");
            case "expect" -> client.write("POST /body" + rest + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            case "head" -> client.write("HEAD /" + rest + "\r\n");
            default -> client.write("GET /" + kind + rest + "\r\n");
        }
        String head = client.readHead();
        String interim = "";
        if (head.startsWith("HTTP/1.1 1")) {
            interim = head.substring(9);
            client.write(kind.equals("expect") ? "one" : "");
            head = client.readHead();
        }
        String body = "";
        if (head.contains("Transfer-Encoding")) {
            StringBuilder all = new StringBuilder();
            String end = kind.equals("trailers") ? "0\r\nx-sum: 3\r\n\r\n" : "0\r\n\r\n";
            while (!all.toString().toLowerCase(Locale.ROOT).endsWith(end)) {
                all.append(client.readExactly(1));
            }
            body = all.toString();
        } else if (head.contains("Content-Length: 5") && !kind.equals("head")) {
            body = client.readExactly(5);
        }
        if (kind.equals("early")) {
            // What it sends by now does no harm; the connection ends.
            client.write("more");
        }
        return new Got(interim, head.substring(9).toLowerCase(Locale.ROOT), body);
    }

    private Got overHttp2(String kind) throws Exception {
        stream += 2;
        switch (kind) {
            case "early" -> {
                http2.headers(stream, false, Http2Client.request("POST", "/early", "content-length", "300000"));
                http2.data(stream, false, "some");
            }
            case "trailers" -> {
                http2.headers(stream, false, Http2Client.request("POST", "/body", "te", "trailers"));
                http2.data(stream, false, "one");
                http2.headers(stream, true, "x-sum", "3");
            }
            case "expect" ->
                http2.headers(
                        stream,
                        false,
                        Http2Client.request("POST", "/body", "expect", "100-continue", "content-length", "3"));
            case "head" -> http2.headers(stream, true, Http2Client.request("HEAD", "/"));
            default -> http2.get(stream, "/" + kind);
        }
        Event next = http2.next(stream);
        String interim = "";
        if (next.text().startsWith(":status: 1")) {
            interim = next.text().substring(9);
            if (kind.equals("expect")) {
                http2.data(stream, true, "one");
            }
            next = http2.next(stream);
        }
        String head = next.text().substring(9).toLowerCase(Locale.ROOT);
        StringBuilder body = new StringBuilder();
        while (!next.end()) {
            next = http2.next(stream);
            body.append(next.text());
        }
        if (kind.equals("early")) {
            http2.data(stream, false, "more");
            assertThat(http2.await("RST_STREAM", stream).text()).isEqualTo("NO_ERROR");
            http2.data(stream, true, "late");
        }
        return new Got(interim, head, body.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "hints", "304", "204", "head", "trailers", "expect", "early"})
    void eachClientGetsTheSameFromEachMember(String kind) throws Exception {
        Set<HttpVersion> first = EnumSet.noneOf(HttpVersion.class);
        Set<HttpVersion> second = EnumSet.noneOf(HttpVersion.class);
        for (int i = 0; i < 4; i++) {
            Got got = i < 2 ? overHttp1(kind) : overHttp2(kind);
            (i < 2 ? first : second).add(got.origin());
            String as = "client " + i + " of " + got;
            assertThat(got.interim().startsWith("103") || got.interim().startsWith(" 103"))
                    .as(as)
                    .isEqualTo(kind.equals("hints"));
            assertThat(got.head().trim())
                    .as(as)
                    .startsWith(kind.equals("304") || kind.equals("204") ? kind : "200")
                    .contains("etag: \"a\"");
            switch (kind) {
                case "304", "204", "head" -> assertThat(got.body()).as(as).isEmpty();
                case "trailers" -> assertThat(got.body()).as(as).contains("one").containsIgnoringCase("x-sum: 3");
                case "expect" -> assertThat(got.body()).as(as).contains("one");
                default -> assertThat(got.body()).as(as).contains("hello");
            }
        }
        assertThat(first).as("members that have served HTTP/1.1").hasSize(2);
        assertThat(second).as("members that have served HTTP/2").hasSize(2);
    }
}
