package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real upstream, or any handler, behind a gateway. */
@Timeout(60)
class HandlerAnswerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeGateway real = FakeGateway.start();
    private final FakeGateway gateway = FakeGateway.start();

    @AfterEach
    void close() {
        gateway.close();
        real.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(gateway.uri().resolve(path)).build(), BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(request);
            return raw.readAll();
        }
    }

    @Test
    void someAreStubsAndTheRestComesFromTheUpstream() throws Exception {
        real.on("GET /users/{id}").answers("Anna");
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        gateway.on("GET /users/9").answers(503);
        assertThat(get("/users/7").body()).isEqualTo("Anna");
        assertThat(get("/users/9").statusCode()).isEqualTo(503);
        real.verify(1, "/users/{id}");
        assertThat(gateway.received("/users/7").get(0).stub()).isEqualTo("otherwise");
    }

    @Test
    void theUpstreamGetsWhatTheClientSent() throws Exception {
        real.on("POST /base/a%2Fb").answers(201);
        gateway.otherwise(Answer.upstream(real.uri() + "/base"));
        assertThat(raw("POST /a%2Fb?x=1&y HTTP/1.1\r\nHost: shop.example\r\nX-Tenant: 7\r\nX-Forwarded-For: 1.2.3.4\r\n"
                        + "Connection: close, X-Hop\r\nX-Hop: 1\r\nContent-Length: 4\r\n\r\nbody"))
                .startsWith("HTTP/1.1 201 Created\r\n");
        ReceivedRequest seen = real.next();
        assertThat(seen.target()).isEqualTo("/base/a%2Fb?x=1&y");
        assertThat(seen.text()).isEqualTo("body");
        assertThat(seen.headers())
                .isEqualTo(Headers.of(
                        "Host",
                        real.uri().getAuthority(),
                        "X-Tenant",
                        "7",
                        "X-Forwarded-For",
                        "1.2.3.4",
                        "Content-Length",
                        "4"));
    }

    @Test
    void fieldsAboutTheConnectionEndAtTheGateway() throws Exception {
        real.on("GET /")
                .answers(Answer.ok("hello")
                        .header("Connection", "close, X-Hop")
                        .header("X-Hop", "1")
                        .header("Keep-Alive", "timeout=5")
                        .header("X-Kept", "2"));
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX-Kept: 2\r\n"
                        + "Content-Length: 5\r\nConnection: close\r\n\r\nhello");
    }

    @Test
    void interimResponsesAndTrailersComeThrough() throws Exception {
        real.on("GET /").answers(Answer.ok("hi").interim(103, "Link", "</a>").trailer("Checksum", "7"));
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n"))
                .startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("2\r\nhi\r\n0\r\nChecksum: 7\r\n\r\n");
    }

    @Test
    void headAndNotModifiedHaveNoBody() throws Exception {
        real.on("/").answers("hello");
        real.on("/304").answers(Answer.of(304).header("ETag", "\"7\""));
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        assertThat(raw("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .contains("Content-Length: 5\r\n")
                .endsWith("\r\n\r\n");
        assertThat(raw("GET /304 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .isEqualTo("HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\nConnection: close\r\n\r\n");
    }

    @Test
    void aRedirectLeadsToTheGateway() throws Exception {
        real.on("GET /a")
                .answersBy(request -> Answer.redirect(real.uri().resolve("/b").toString()));
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        assertThat(get("/a").headers().firstValue("Location"))
                .hasValue(gateway.uri().resolve("/b").toString());
    }

    @Test
    void anAnswerOfTheUpstreamMayGoWrong() throws Exception {
        real.on("GET /").answers("hello");
        gateway.otherwise(Answer.upstream(real.uri().toString()).with(Fault.LENGTH_TOO_LONG));
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
    }

    @Test
    void aBrokenAnswerIsA502AndTold() throws Exception {
        real.on("GET /").answers(Answer.ok("hello").with(Fault.CLOSE.inBody(3)));
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        HttpResponse<String> response = get("/");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).startsWith("what answers #1 GET / behind the gateway failed: BODY_FAILED, ");
        assertThatThrownBy(gateway::verifyMatched)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(response.body() + "\n\n");
    }

    @Test
    void anUpstreamThatIsNotThereIsA502AndTold() throws Exception {
        try (RefusingPort nobody = new RefusingPort()) {
            gateway.otherwise(Answer.upstream(nobody.uri().toString()));
            assertThat(get("/").statusCode()).isEqualTo(502);
            assertThatThrownBy(gateway::verifyMatched)
                    .hasMessageStartingWith("what answers #1 GET / behind the gateway failed: CONNECT_FAILED, ");
        }
    }

    @Test
    void anUrlOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> Answer.upstream("ftp://a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ftp://a");
    }

    @Test
    void aHandlerAnswers() throws Exception {
        gateway.on("POST /")
                .answers(Answer.handler(request -> ProxyResponse.of(
                        200,
                        request.method() + " " + new String(request.body().readAll(100), StandardCharsets.UTF_8)
                                + request.target().path())));
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(gateway.uri().resolve("/"))
                        .POST(BodyPublishers.ofString("x"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("POST x/");
    }

    @Test
    void aHandlerThatThrowsIsA502AndTold() throws Exception {
        gateway.otherwise(Answer.handler(request -> {
            throw new IllegalStateException("broken");
        }));
        assertThat(get("/").statusCode()).isEqualTo(502);
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageStartingWith(
                        "what answers #1 GET / behind the gateway failed: java.lang.IllegalStateException: broken\n")
                .satisfies(error -> assertThat(error.getSuppressed()[0]).hasMessage("broken"));
    }

    @Test
    void theAnswerOfAHandlerIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        gateway.otherwise(Answer.handler(request -> ProxyResponse.builder(200)
                .body(Body.of(
                        new ByteArrayInputStream(new byte[3]) {
                            @Override
                            public void close() {
                                closed.countDown();
                            }
                        },
                        Body.UNKNOWN))
                .build()));
        assertThat(get("/").body()).hasSize(3);
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aHandlerIsCancelledWhenTheClientLeavesAndNothingIsTold() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        gateway.otherwise(Answer.handler(request -> {
            Signal gone = new Signal();
            request.exchange().onCancel(reason -> {
                assertThat(reason).isEqualTo(Outcome.CLIENT_LEFT);
                gone.fire();
            });
            begun.countDown();
            request.exchange().time().await(gone, TimeSource.NEVER);
            cancelled.countDown();
            request.exchange().check();
            return ProxyResponse.of(200);
        }));
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withoutASocketAHandlerHasTheClockOfTheExchange() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway inMemory = FakeGateway.withoutSocket();
        inMemory.otherwise(Answer.handler(request -> {
            request.exchange().time().await(new Signal(), time.deadline(Duration.ofHours(1)));
            return ProxyResponse.of(200, "late");
        }));
        TestClient proxy = TestClient.of(ReverseProxy.to(inMemory.upstream("a")), time);
        assertThat(time.run(() -> proxy.get("/")).text()).isEqualTo("late");
        assertThat(time.nanos()).isEqualTo(Duration.ofHours(1).toNanos());
        inMemory.close();
    }

    @Test
    void aHandlerHasTheSchemeAndTheAddressesOfTheClient() throws Exception {
        gateway.otherwise(Answer.handler(request -> ProxyResponse.of(
                200,
                request.target().scheme() + " at "
                        + request.exchange().client().local().getPort())));
        assertThat(get("/").body()).isEqualTo("http at " + gateway.address().getPort());
        assertThat(secure("/").body()).isEqualTo("https at " + gateway.address().getPort());
        assertThat(gateway.received()).extracting(ReceivedRequest::scheme).containsExactly("http", "https");
    }

    @Test
    void aRedirectLeadsToTheGatewayByTheSchemeOfTheClient() throws Exception {
        real.on("GET /a")
                .answersBy(request -> Answer.redirect(real.uri().resolve("/b").toString()));
        gateway.otherwise(Answer.upstream(real.uri().toString()));
        assertThat(secure("/a").headers().firstValue("Location"))
                .hasValue(gateway.httpsUri().resolve("/b").toString());
    }

    private HttpResponse<String> secure(String path) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(gateway.clientTls())
                .build()
                .send(HttpRequest.newBuilder(gateway.httpsUri().resolve(path)).build(), BodyHandlers.ofString());
    }

    @Test
    void interimResponsesOfSeveralThreadsAllComeThrough() throws Exception {
        int threads = 2;
        int each = 200;
        AtomicInteger arrived = new AtomicInteger();
        gateway.on("GET /").answers(Answer.handler(request -> {
            request.exchange().interimRule(fields -> atOnce(arrived, fields));
            CountDownLatch done = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                TimeSource.system().start("interim", () -> {
                    for (int n = 0; n < each; n++) {
                        request.exchange().interim(103, Headers.empty());
                    }
                    done.countDown();
                });
            }
            Awaited.latch(done);
            return ProxyResponse.of(200);
        }));
        String answer = raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer.split("HTTP/1.1 103 ", -1)).hasSize(threads * each + 1);
    }

    /** Lets two threads go on at the same moment, if there are two processors for them. */
    private static Headers atOnce(AtomicInteger arrived, Headers fields) {
        int pair = (arrived.getAndIncrement() / 2 + 1) * 2;
        for (int turn = 0; arrived.get() < pair; turn++) {
            if (turn < 10_000) {
                Thread.onSpinWait();
            } else {
                // Else a virtual thread would keep the only processor for ever.
                Thread.yield();
            }
        }
        return fields;
    }
}
