package dev.sluice.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which requests can be hedged, and how both attempts get the body. */
class HedgedBodyTest {
    private static final Duration NAP = Duration.ofSeconds(5);

    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream b = FakeUpstream.named("b");

    private static Body oneShot(String text, boolean counted) {
        return Body.of(
                new ByteArrayInputStream(text.getBytes(UTF_8)),
                counted ? text.length() : Body.UNKNOWN,
                () -> Headers.of("X-Sum", "9"));
    }

    /** Reads this number of bytes of the body, and then answers after a while. */
    private static Upstream reading(int count) {
        return Upstream.of("a", request -> {
            request.body().open().readNBytes(count);
            return Slow.head(NAP, "a").handle(request);
        });
    }

    private TestResponse send(ReverseProxy proxy, UnaryOperator<ProxyRequest.Builder> change) throws Exception {
        return time.run(
                () -> TestClient.of(proxy, time).capable(Capability.values()).send("PUT", "/", change));
    }

    /** Whether the source is told that the body is whole when an attempt that has read this number of bytes is slow. */
    private boolean whole(int count, UnaryOperator<ProxyRequest.Builder> change) throws Exception {
        HedgingSource source = new HedgingSource(time, reading(count));
        send(ReverseProxy.builder(source).replayLimit(5).build(), change);
        return source.told.get(0).startsWith("slow a true ");
    }

    @Test
    void aBodyIsWholeWhenAllOfItIsReadAndKept() throws Exception {
        assertThat(whole(0, request -> request)).as("no body").isTrue();
        assertThat(whole(0, request -> request.body(Body.of("hello!"))))
                .as("repeatable")
                .isTrue();
        assertThat(whole(5, request -> request.body(oneShot("hello", true))))
                .as("read by its length")
                .isTrue();
        assertThat(whole(6, request -> request.body(oneShot("hello", false))))
                .as("read to its end")
                .isTrue();
        assertThat(whole(4, request -> request.body(oneShot("hello", true))))
                .as("read in part")
                .isFalse();
        assertThat(whole(5, request -> request.body(oneShot("hello", false))))
                .as("without its end")
                .isFalse();
        assertThat(whole(6, request -> request.body(oneShot("hello!", true))))
                .as("too long")
                .isFalse();
    }

    @Test
    void aRequestThatAsksForAnotherProtocolIsNotHedged() throws Exception {
        assertThat(whole(0, request -> request.upgrade("websocket"))).isFalse();
    }

    @Test
    void aRequestThatARewriteMadeNotIdempotentIsNotHedged() throws Exception {
        HedgingSource source = new HedgingSource(time, reading(0), b);
        ReverseProxy proxy = ReverseProxy.builder(source)
                .rewrite((incoming, outgoing) -> outgoing.method("POST"))
                .build();
        TestResponse response = send(proxy, request -> request);

        assertThat(response.text()).isEqualTo("a");
        assertThat(source.told.get(0)).isEqualTo("slow a false at 1 s");
        assertThat(response.record().explain()).contains("not hedged: a hook has made");
    }

    @Test
    void aSecondAttemptIsNotMadeIfItWouldLackTheBody() throws Exception {
        HedgingSource source = new HedgingSource(time, reading(2), b).reckless();
        TestResponse response = send(ReverseProxy.to(source), request -> request.body(oneShot("hello", true)));

        assertThat(response.text()).isEqualTo("a");
        assertThat(source.told)
                .containsExactly("slow a false at 1 s", "end b ABANDONED", "head a 200", "end a COMPLETED");
        assertThat(b.requests()).isEmpty();
    }

    @Test
    void bothAttemptsGetTheWholeBodyWithItsTrailers() throws Exception {
        List<String> got = new ArrayList<>();
        ProxyHandler twice = request -> {
            InputStream content = request.body().open();
            String first = new String(content.readNBytes(2), UTF_8);
            // The other attempt begins while this one still has bytes to read.
            Slow.pass(request.exchange(), Duration.ofMillis(1500));
            String rest = new String(content.readAllBytes(), UTF_8);
            got.add(first
                    + '|'
                    + rest
                    + '|'
                    + request.body().trailers().first("X-Sum").orElse(""));
            Slow.pass(request.exchange(), NAP);
            return ProxyResponse.of(200, "done");
        };
        Upstream whole = Upstream.of("whole", request -> {
            request.body().open().readAllBytes();
            throw new IOException("reset");
        });
        HedgingSource source =
                new HedgingSource(time, whole, Upstream.of("first", twice), Upstream.of("second", twice));
        // Trailers of gRPC are passed on without a route that names them.
        TestResponse response = send(
                ReverseProxy.to(source),
                request -> request.headers(Headers.of("Content-Type", "application/grpc"))
                        .body(oneShot("hello", false)));

        assertThat(response.text()).isEqualTo("done");
        assertThat(got).containsExactly("he|llo|9", "he|llo|9");
    }

    @Test
    void aLoserReadsNothingOfTheBodyAnyMore() throws Exception {
        List<String> got = new ArrayList<>();
        Upstream slow = Upstream.of("slow", request -> {
            InputStream content = request.body().open();
            content.readNBytes(5);
            Slow.passUnmoved(time, NAP);
            try {
                got.add("read " + content.read());
            } catch (IOException over) {
                got.add("over");
            }
            return ProxyResponse.of(200);
        });
        HedgingSource source = new HedgingSource(time, slow, b);
        Exchange exchange = Exchange.builder(time).begin();
        ProxyRequest incoming = TestExchange.request(exchange, "PUT", "/").toBuilder()
                .body(oneShot("hello", true))
                .build();
        // Closed by the loop alone. A reverse proxy would close bodies as well.
        AttemptLoop loop = new AttemptLoop(
                incoming,
                source,
                5,
                (attempt, body) -> incoming.toBuilder()
                        .body(body)
                        .exchange(attempt.scope())
                        .build());
        Attempt answered = time.run(() -> {
            Attempt attempt = loop.run();
            time.advance(NAP);
            return attempt;
        });

        assertThat(answered.lease().upstream()).isSameAs(b);
        assertThat(b.requests().get(0).body()).asString(UTF_8).isEqualTo("hello");
        assertThat(got).containsExactly("over");
    }
}
