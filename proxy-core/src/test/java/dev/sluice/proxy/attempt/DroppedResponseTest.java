package dev.sluice.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that is dropped for another step after its head has come. Here that is any status of 500 or more. */
class DroppedResponseTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a").answer(503, "busy");
    private final FakeUpstream b = FakeUpstream.named("b");

    private TestResponse get(HedgingSource source) throws Exception {
        return time.run(() -> TestClient.of(ReverseProxy.to(source), time).get("/"));
    }

    @Test
    void aDroppedResponseIsClosedAndItsLeaseEnded() throws Exception {
        Signal closed = new Signal();
        InputStream content = new UnreadInput(closed);
        a.answer(
                request -> ProxyResponse.builder(503).body(Body.of(content, 10)).build());
        b.answer(request -> {
            assertThat(closed.fired()).isTrue();
            return ProxyResponse.of(200, "b");
        });
        HedgingSource source = new HedgingSource(time, a, b).neverSlow();

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(source.told).containsExactly("head a 503", "end a ABANDONED", "head b 200", "end b COMPLETED");
    }

    @Test
    void aDroppedResponseWithoutABodyEndsInTheSameWay() throws Exception {
        a.answer(request -> ProxyResponse.of(503));
        HedgingSource source = new HedgingSource(time, a, b).neverSlow();
        get(source);

        assertThat(source.told).startsWith("head a 503", "end a ABANDONED", "head b 200");
    }

    @Test
    void theNextAttemptCanBeWaitedFor() throws Exception {
        HedgingSource source = new HedgingSource(time, a, b) {
            @Override
            public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
                Step step = super.head(lease, status, headers, bodyKept, nanos);
                return status < 500 ? step : new Step.Wait(new Signal(), time.deadline(Duration.ofSeconds(7)));
            }

            @Override
            public Step woke(long nanos) {
                told.add("woke at " + Duration.ofNanos(nanos).toSeconds() + " s");
                return new Step.Send(lease(b));
            }
        };

        assertThat(get(source.neverSlow()).text()).isEqualTo("b");
        assertThat(source.told).startsWith("head a 503", "end a ABANDONED", "woke at 7 s", "head b 200");
    }

    @Test
    void anotherRunningAttemptCanBeAwaited() throws Exception {
        a.answer(request -> {
            Slow.pass(request.exchange(), Duration.ofSeconds(2));
            return ProxyResponse.of(503, "busy");
        });
        b.answer(Slow.head(Duration.ofSeconds(4), "b"));
        HedgingSource source = new HedgingSource(time, a, b);

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(source.told).containsSubsequence("head a 503", "end a ABANDONED", "head b 200", "end b COMPLETED");
    }

    @Test
    void givingUpAfterADroppedResponseIsNotReportedAsNoUpstream() {
        HedgingSource source = new HedgingSource(time, a).neverSlow();

        assertThatThrownBy(() -> get(source)).isInstanceOfSatisfying(ProxyException.class, why -> {
            assertThat(why.outcome()).isEqualTo(Outcome.OVERLOADED);
            assertThat(why.delivery()).isEqualTo(Delivery.ANSWERED);
            assertThat(why).hasMessageContaining("attempt 1 at a: status 503");
        });
    }

    @Test
    void anEarlierFailureIsNotWhatTheClientGets() {
        b.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);

        assertThatThrownBy(() -> get(new HedgingSource(time, b, a).neverSlow()))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.OVERLOADED));
    }

    @Test
    void aLaterFailureIsWhatTheClientGets() {
        b.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);

        assertThatThrownBy(() -> get(new HedgingSource(time, a, b).neverSlow()))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.CONNECT_FAILED));
    }

    @Test
    void aResponseIsNotDroppedIfTheRequestsBodyWasNotKept() throws Exception {
        HedgingSource source = new HedgingSource(time, a, b).neverSlow();
        ReverseProxy proxy = ReverseProxy.builder(source).replayLimit(4).build();
        TestResponse response =
                time.run(() -> TestClient.of(proxy, time).send("PUT", "/", Headers.empty(), "hello".getBytes(UTF_8)));

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).isEqualTo("busy");
        assertThat(response.record().explain()).contains("the request cannot be repeated");
        assertThat(source.told).containsExactly("head a 503", "end b ABANDONED", "end a COMPLETED");
        assertThat(b.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsPassedOnAllTheSameWhenAHookHasMadeTheRequestNotIdempotent(boolean task) throws Exception {
        HedgingSource source = new HedgingSource(time, a, b);
        ReverseProxy proxy = ReverseProxy.builder(task ? source : source.neverSlow())
                .rewrite((incoming, outgoing) -> outgoing.method("POST"))
                .build();
        TestResponse response = time.run(() -> TestClient.of(proxy, time).get("/"));

        assertThat(response.status()).isEqualTo(503);
        assertThat(b.requests()).isEmpty();
    }
}
