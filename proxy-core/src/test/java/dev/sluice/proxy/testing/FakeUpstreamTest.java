package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream.ReceivedRequest;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FakeUpstreamTest {
    private final FakeUpstream upstream = FakeUpstream.named("a");

    @Test
    void byDefaultAnUpstreamAnswersItsName() throws Exception {
        assertThat(text(upstream.send(get()))).isEqualTo("200 a");
        assertThat(upstream.id()).isEqualTo("a");
        assertThat(upstream.authority()).isEqualTo(new Authority("a.test", 80));
        assertThat(upstream.capabilities()).containsExactlyInAnyOrder(Capability.values());
    }

    @Test
    void theLastInstructionCounts() throws Exception {
        upstream.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN).answer(404, "gone");

        assertThat(text(upstream.send(get()))).isEqualTo("404 gone");
        assertThat(text(upstream.send(get()))).isEqualTo("404 gone");
    }

    @Test
    void aSingleFailureComesBeforeTheUsualBehaviour() throws Exception {
        upstream.failOnce(Outcome.CONNECT_FAILED, Delivery.NOT_SENT)
                .failOnce(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN)
                .answer(200, "ok");

        assertThat(failure().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
        assertThat(failure().outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
        assertThat(text(upstream.send(get()))).isEqualTo("200 ok");
        assertThat(upstream.requests()).hasSize(3);
    }

    @Test
    void singleInstructionsApplyInTheirOrder() throws Exception {
        upstream.answerOnce(503, "busy")
                .failOnce(Outcome.CONNECT_FAILED, Delivery.NOT_SENT)
                .answerOnce(request -> ProxyResponse.of(200, request.method()))
                .answer(200, "ok");

        assertThat(text(upstream.send(get()))).isEqualTo("503 busy");
        assertThat(failure().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
        assertThat(text(upstream.send(get()))).isEqualTo("200 GET");
        assertThat(text(upstream.send(get()))).isEqualTo("200 ok");
        assertThat(upstream.requests()).hasSize(4);
    }

    @Test
    void aBodyBreaksOffBehindItsText() throws Exception {
        upstream.breakOffOnce(206, "hel").breakOff(200, "h");
        SimulatedTime time = new SimulatedTime();
        TestClient client = TestClient.of(ReverseProxy.to(upstream), time);
        TestResponse first = time.run(() -> client.get("/"));
        TestResponse second = time.run(() -> client.get("/"));

        assertThat(first.status()).isEqualTo(206);
        assertThat(first.text()).isEqualTo("hel");
        assertThat(first.failure())
                .isNotNull()
                .extracting(ProxyException::outcome)
                .isEqualTo(Outcome.BODY_FAILED);
        assertThat(first.failure()).hasMessage("upstream a was told to break off");
        assertThat(second.text()).isEqualTo("h");
        assertThat(second.failure()).isNotNull();
    }

    @Test
    void aDelayIsOnTheClockOfTheExchange() throws Exception {
        upstream.delay(Duration.ofHours(3)).failOnce(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        SimulatedTime time = new SimulatedTime();
        TestClient client = TestClient.of(ReverseProxy.to(upstream), time);

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> time.run(() -> client.get("/")));
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofHours(3));
        assertThat(time.run(() -> client.get("/")).text()).isEqualTo("a");
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofHours(6));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> upstream.delay(Duration.ofNanos(-1)))
                .withMessageStartingWith("delay must not be negative");
    }

    @Test
    void aDelayEndsWhenTheAttemptIsCancelled() throws Exception {
        upstream.delay(Duration.ofHours(3));
        SimulatedTime time = new SimulatedTime();
        Pipeline proxy = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(5)).build())
                .addRoute("/**", ReverseProxy.to(upstream))
                .build();

        assertThat(time.run(() -> TestClient.of(proxy).get("/")).status()).isEqualTo(504);
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(5));
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void aFailureHasTheOutcomeAndTheDeliveryThatItWasTold() {
        upstream.fail(Outcome.CONNECT_TIMEOUT, Delivery.NOT_SENT);

        assertThat(failure().outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
        assertThat(failure().delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void receivedRequestsAreKeptWhole() throws Exception {
        ProxyRequest request = post("content");
        upstream.send(request.toBuilder().headers(Headers.of("X-A", "1")).build());

        ReceivedRequest received = upstream.requests().get(0);
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.target()).hasToString("/x?y");
        assertThat(received.headers()).isEqualTo(Headers.of("X-A", "1"));
        assertThat(received.text()).isEqualTo("content");
    }

    @Test
    void aHandlerCanReadTheBodyThatWasReceived() throws Exception {
        upstream.answer(
                request -> ProxyResponse.of(200, new String(request.body().readAll(100), StandardCharsets.UTF_8)));

        assertThat(text(upstream.send(post("echo")))).isEqualTo("200 echo");
        assertThat(upstream.requests().get(0).text()).isEqualTo("echo");
    }

    @Test
    void aRequestThatIsNotSentKeepsItsBodyUntouched() throws Exception {
        upstream.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        ProxyRequest request = post("still there");

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> upstream.send(request));

        assertThat(request.body().readAll(100)).asString().isEqualTo("still there");
        assertThat(upstream.requests().get(0).body()).isEmpty();
    }

    @Test
    void aRequestThatMayHaveBeenSentHasItsBodyRead() {
        upstream.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> upstream.send(post("sent")));

        assertThat(upstream.requests().get(0).text()).isEqualTo("sent");
    }

    @Test
    void aSilentUpstreamFailsWithTheReasonForWhichItsAttemptIsCancelled() throws Exception {
        SimulatedTime time = new SimulatedTime();
        Exchange exchange = Exchange.builder(time).begin("attempt", Duration.ofSeconds(30));
        upstream.hang();

        ProxyException failure = time.run(() -> failure(TestExchange.request(exchange, "GET", "/")));

        assertThat(failure.outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        assertThat(time.nanos()).isEqualTo(Duration.ofSeconds(30).toNanos());
    }

    @Test
    void asAHandlerItRefusesAndSaysWhatToWrite() {
        ProxyRequest request =
                TestExchange.request(Exchange.builder(TimeSource.system()).begin(), "GET", "/");

        assertThat(failure(request))
                .hasMessageContaining("addRoute(pattern, upstream)")
                .hasMessageContaining("upstream a ");
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void authorityAndCapabilitiesCanBeSet() {
        upstream.at("[::1]:8080").capable(Capability.TRAILERS).close();

        assertThat(upstream.authority()).hasToString("[::1]:8080");
        assertThat(upstream.capabilities()).containsExactly(Capability.TRAILERS);
        assertThat(upstream.closed()).isTrue();
    }

    private ProxyException failure() {
        return failure(get());
    }

    private ProxyException failure(ProxyRequest request) {
        return assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> upstream.send(request))
                .actual();
    }

    private static ProxyRequest get() {
        return TestExchange.request("GET", "/");
    }

    private static ProxyRequest post(String text) {
        return TestExchange.request("POST", "/x?y").toBuilder()
                .body(Body.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), text.length()))
                .build();
    }

    private static String text(ProxyResponse response) throws Exception {
        return response.status() + " " + new String(response.body().readAll(1_000), StandardCharsets.UTF_8);
    }
}
