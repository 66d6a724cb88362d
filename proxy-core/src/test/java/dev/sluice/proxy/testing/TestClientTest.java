package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestClientTest {
    private final AtomicReference<ProxyRequest> received = new AtomicReference<>();
    private final RecordingListener listener = new RecordingListener();

    @Test
    void aTextIsPosted() throws Exception {
        FakeUpstream a = FakeUpstream.named("a");
        assertThat(TestClient.of(ReverseProxy.to(a)).post("/b?c", "grün").text())
                .isEqualTo("a");
        assertThat(a.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target().pathAndQuery()).isEqualTo("/b?c");
            assertThat(request.text()).isEqualTo("grün");
        });
    }

    @Test
    void theResponseIsReadToItsEnd() throws Exception {
        TestResponse response = TestClient.of(request -> ProxyResponse.builder(201)
                        .addHeader("X-A", "1")
                        .body(Body.of(stream("whole"), Body.UNKNOWN, () -> Headers.of("X-Sum", "2")))
                        .build())
                .get("/");

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers()).isEqualTo(Headers.of("X-A", "1"));
        assertThat(response.text()).isEqualTo("whole");
        assertThat(response.trailers()).isEqualTo(Headers.of("X-Sum", "2"));
        assertThat(response.failure()).isNull();
    }

    @Test
    void theResponseIsClosedBeforeTheExchangeEnds() throws Exception {
        AtomicBoolean open = new AtomicBoolean(true);
        AtomicReference<Boolean> openAtEnd = new AtomicReference<>();
        TestClient.of(request -> {
                    request.exchange().onEnd(outcome -> openAtEnd.set(open.get()));
                    return respond(new FilterInputStream(stream("x")) {
                        @Override
                        public void close() {
                            open.set(false);
                        }
                    });
                })
                .get("/");

        assertThat(openAtEnd.get()).isFalse();
    }

    @Test
    void theRecordIsComplete() throws Exception {
        ManualTime time = new ManualTime();
        ProxyHandler handler = request -> {
            request.body().readAll(100);
            time.advance(Duration.ofSeconds(2));
            return ProxyResponse.of(202, "answer");
        };

        ExchangeRecord record = TestClient.of(handler, time)
                .send("POST", "/p?q", Headers.empty(), "content".getBytes(StandardCharsets.UTF_8))
                .record();

        assertThat(record.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(record.request()).hasToString("POST /p");
        assertThat(record.status()).isEqualTo(202);
        assertThat(record.headNanos()).isEqualTo(2_000_000_000L);
        assertThat(record.endNanos()).isEqualTo(2_000_000_000L);
        assertThat(record.requestBytes()).isEqualTo("content".length());
        assertThat(record.responseBytes()).isEqualTo("answer".length());
    }

    @Test
    void aRequestBodyCanBeReadOnce() throws Exception {
        client().send("PUT", "/", Headers.empty(), new byte[] {1, 2});

        Body body = received.get().body();
        assertThat(body.length()).isEqualTo(2);
        assertThat(body.repeatable()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> {
            body.open();
            body.open();
        });
    }

    @Test
    void aRequestWithoutContentHasTheEmptyBody() throws Exception {
        client().get("/");

        assertThat(received.get().body()).isSameAs(Body.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /a?b, ORIGIN, named.example, /a?b",
        "GET, http://other.example:81/a, ABSOLUTE, other.example:81, http://other.example:81/a",
        "CONNECT, far.example:443, AUTHORITY, far.example:443, far.example:443",
        "OPTIONS, *, ASTERISK, named.example, *"
    })
    void theTargetIsTakenAsAListenerTakesIt(String method, String path, String form, String authority, String target)
            throws Exception {
        client().send(method, path, Headers.of("hOst", "named.example", "Connection", "x"), new byte[0]);

        ProxyRequest request = received.get();
        assertThat(request.target().form()).hasToString(form);
        assertThat(request.target().authority()).hasToString(authority);
        assertThat(request.target()).hasToString(target);
        assertThat(request.headers()).isEqualTo(Headers.of("Connection", "x"));
    }

    @Test
    void theHostIsTestExampleByDefault() throws Exception {
        client().get("/");

        assertThat(received.get().target().authority()).hasToString("test.example");
    }

    @Test
    void aRequestCanBeMadeByParts() throws Exception {
        client().send("GET", "/chat", request -> request.upgrade("websocket").addHeader("Host", "chat.example"));

        assertThat(received.get().upgrade()).isEqualTo("websocket");
        assertThat(received.get().target()).hasToString("/chat");
        assertThat(received.get().target().authority()).hasToString("chat.example");
    }

    @Test
    void theClientCanBeElsewhere() throws Exception {
        client().from(new InetSocketAddress("192.0.2.7", 5000))
                .capable(Capability.TUNNEL)
                .get("/");

        Exchange exchange = received.get().exchange();
        assertThat(exchange.client().address().getHostString()).isEqualTo("192.0.2.7");
        assertThat(exchange.capabilities()).containsExactly(Capability.TUNNEL);
    }

    @Test
    void interimResponsesAreKept() throws Exception {
        TestResponse response = TestClient.of(request -> {
                    assertThat(request.exchange().interim(103, Headers.empty())).isTrue();
                    return ProxyResponse.of(200);
                })
                .get("/");

        assertThat(response.interim()).containsExactly(103);
    }

    @Test
    void aBodyThatBreaksOffIsTold() throws Exception {
        InputStream broken = new SequenceInputStream(stream("half"), failing(new IOException("reset")));

        TestResponse response = TestClient.of(request -> respond(broken)).get("/");

        assertThat(response.text()).isEqualTo("half");
        assertThat(response.failure())
                .hasRootCauseMessage("reset")
                .extracting(ProxyException::outcome)
                .isEqualTo(Outcome.BODY_FAILED);
        assertThat(response.record().outcome()).isEqualTo(Outcome.BODY_FAILED);
    }

    @Test
    void aBodyThatFailsWithAnOutcomeGivesItToTheExchange() throws Exception {
        ProxyException timeout = new ProxyException(Outcome.BODY_TIMEOUT, Delivery.ANSWERED, "silent");

        TestResponse response =
                TestClient.of(request -> respond(failing(timeout))).get("/");

        assertThat(response.failure()).isSameAs(timeout);
        assertThat(response.record().outcome()).isEqualTo(Outcome.BODY_TIMEOUT);
    }

    @Test
    void aFaultWithinABodyIsThrownWhereTheTestIs() {
        Error fault = new AssertionError("an assertion within a body");
        ProxyHandler handler = request -> respond(faulty(fault));

        assertThatThrownBy(() -> TestClient.of(handler).get("/")).isSameAs(fault);
        assertThatThrownBy(() -> TestClient.of(Service.of(handler, TimeSource.system(), listener))
                        .get("/"))
                .isSameAs(fault);
    }

    @ParameterizedTest
    @CsvSource({"4", "6"})
    void aBodyOfAnotherLengthThanAnnouncedIsAFailure(long announced) throws Exception {
        TestResponse response = TestClient.of(request -> ProxyResponse.builder(200)
                        .body(Body.of(stream("12345"), announced))
                        .build())
                .get("/");

        assertThat(response.failure()).extracting(ProxyException::outcome).isEqualTo(Outcome.BODY_FAILED);
    }

    @Test
    void whatAHandlerThrowsIsThrownOnAndEndsTheExchange() throws Exception {
        ProxyException refusal = ProxyException.refused(Outcome.REFUSED, "no");
        TestClient client = TestClient.of(throwing(refusal), TimeSource.system(), listener);

        assertThatThrownBy(() -> client.get("/")).isSameAs(refusal);

        assertThat(listener.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aFaultOfAHandlerEndsTheExchangeWithFailed() throws Exception {
        TestClient client = TestClient.of(throwing(new IOException("fault")), TimeSource.system(), listener);

        assertThatThrownBy(() -> client.get("/")).hasMessage("fault");

        assertThat(listener.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aMalformedTargetIsThrownForAHandlerAndRefusedByAService() throws Exception {
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> client().get("nowhere"));

        TestResponse response = TestClient.of(new OneService()).get("nowhere");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.record().outcome()).isEqualTo(Outcome.BAD_REQUEST);
    }

    @Test
    void aServiceBeginsTheExchangeItself() throws Exception {
        TestResponse response = TestClient.of(new OneService()).get("/x");

        assertThat(response.text()).isEqualTo("GET /x");
        assertThat(listener.awaitEnded(1)).containsExactly(response.record());
    }

    private TestClient client() {
        return TestClient.of(request -> {
            received.set(request);
            return ProxyResponse.of(200);
        });
    }

    private static ProxyHandler throwing(IOException failure) {
        return request -> {
            throw failure;
        };
    }

    private static ProxyResponse respond(InputStream stream) {
        return ProxyResponse.builder(200).body(Body.of(stream, Body.UNKNOWN)).build();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static InputStream faulty(Error fault) {
        return new InputStream() {
            @Override
            public int read() {
                throw fault;
            }
        };
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
    }

    private final class OneService implements Service {
        @Override
        public Limits limits() {
            return Limits.DEFAULT;
        }

        @Override
        public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
            return Exchange.builder(TimeSource.system()).listener(listener).begin();
        }

        @Override
        public ProxyResponse serve(ProxyRequest request) {
            return ProxyResponse.of(200, request.toString());
        }

        @Override
        public ProxyResponse refuse(Exchange exchange, ProxyException why) {
            exchange.notes().failed(why);
            return ProxyResponse.of(why.status());
        }
    }
}
