package dev.sluice.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time limit of one attempt, and how its lease breaks it off. */
class AttemptLimitTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");

    /**
     * Runs the attempt as a task or on the exchange's thread. An attempt that is a task becomes slow only after its
     * limit here.
     */
    private HedgingSource limited(boolean task, Upstream... upstreams) {
        HedgingSource source = new HedgingSource(time, upstreams).limit(LIMIT);
        return task ? source.slowAfter(Duration.ofSeconds(20)) : source.neverSlow();
    }

    private TestResponse get(HedgingSource source) throws Exception {
        return time.run(() -> TestClient.of(ReverseProxy.to(source), time).get("/"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutAHeadInTimeItFailsAndTheNextIsTried(boolean task) throws Exception {
        a.hang();
        HedgingSource source = limited(task, a, b);

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(source.told)
                .containsExactly(
                        "end a HEAD_TIMEOUT",
                        "failed a HEAD_TIMEOUT SENT_UNKNOWN true",
                        "head b 200",
                        "end b COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheUpstreamSaysOfTheDeliveryStays(boolean task) throws Exception {
        Upstream connecting = Upstream.of("connecting", request -> {
            try {
                Slow.pass(request.exchange(), Duration.ofSeconds(9));
                throw new AssertionError();
            } catch (ProxyException cancelled) {
                throw new ProxyException(cancelled.outcome(), Delivery.NOT_SENT, "cancelled while connecting");
            }
        });
        HedgingSource source = limited(task, connecting, b);
        get(source);

        assertThat(source.told).contains("failed connecting HEAD_TIMEOUT NOT_SENT true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeadThatCameAfterTheLimitIsAFailureThatWasAnswered(boolean task) throws Exception {
        Upstream late = Upstream.of("late", request -> {
            Slow.passUnmoved(time, Duration.ofSeconds(3));
            return ProxyResponse.of(200, "late");
        });
        HedgingSource source = limited(task, late, b);

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(source.told).startsWith("end late HEAD_TIMEOUT", "failed late HEAD_TIMEOUT ANSWERED true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeldBodyThatIsNotThereInTimeFails(boolean task) throws Exception {
        a.answer(Slow.body(Duration.ofMillis(1500), 2));
        HedgingSource source = limited(task, a, b).holds();
        TestResponse response = get(source);

        assertThat(response.text()).isEqualTo("b");
        assertThat(source.told)
                .startsWith("head a 200", "end a BODY_TIMEOUT", "failed a BODY_TIMEOUT ANSWERED true", "head b 200");
        // Explained once: by the body's reader, and not again by the holder of the response.
        assertThat(response.record().attempts().get(0).failure())
                .hasMessageContaining("attempt at a cancelled: BODY_TIMEOUT")
                .cause()
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(longs = {2, Body.UNKNOWN})
    void aResponseThatIsPassedOnMayTakeItsTime(long length) throws Exception {
        a.answer(Slow.body(Duration.ofMinutes(1), length));
        HedgingSource source = limited(length == 2, a, b);
        if (length == Body.UNKNOWN) {
            // Its length is unknown, so it is not held.
            source.holds();
        }
        TestResponse response = get(source);

        assertThat(response.failure()).isNull();
        assertThat(response.text()).isEqualTo("xx");
        assertThat(source.told).containsExactly("head a 200", "end a COMPLETED");
    }

    /** Reads the whole request body, and answers long after the limit. */
    private static Upstream late() {
        return Upstream.of("late", request -> {
            request.body().open().readAllBytes();
            Slow.pass(request.exchange(), Duration.ofSeconds(9));
            return ProxyResponse.builder(200)
                    .body(Slow.body(Duration.ofSeconds(9), 2).handle(request).body())
                    .build();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatHasLostItsBodyCannotBeRepeatedAndHasTheTimeOfAnyRequest(boolean task) throws Exception {
        HedgingSource source = limited(task, late(), b).holds();
        ReverseProxy proxy = ReverseProxy.builder(source).replayLimit(4).build();
        TestResponse response = time.run(() -> TestClient.of(proxy, time)
                .send("PUT", "/", request -> request.body(Body.of(new ByteArrayInputStream(new byte[5]), 5))));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.failure()).isNull();
        assertThat(source.told).containsSubsequence("head late 200", "end late COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatHasItsBodyStillIsEndedAndRepeated(boolean task) throws Exception {
        HedgingSource source = limited(task, late(), b).holds();
        ReverseProxy proxy = ReverseProxy.builder(source).replayLimit(5).build();
        TestResponse response = time.run(() -> TestClient.of(proxy, time)
                .send("PUT", "/", request -> request.body(Body.of(new ByteArrayInputStream(new byte[5]), 5))));

        assertThat(response.text()).isEqualTo("b");
        assertThat(source.told).startsWith("end late HEAD_TIMEOUT");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAHookHasMadeAPostHasTheTimeOfAnyRequest(boolean task) throws Exception {
        HedgingSource source = limited(task, late(), b);
        ReverseProxy proxy = ReverseProxy.builder(source)
                .rewrite((incoming, outgoing) -> outgoing.method("POST"))
                .build();

        assertThat(time.run(() -> TestClient.of(proxy, time).get("/")).status()).isEqualTo(200);
        assertThat(source.told).contains("head late 200");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoGaveTheLeaseCanLetItGoOn(boolean task) throws Exception {
        List<String> asked = new ArrayList<>();
        long begun = time.nanos();
        HedgingSource source = new HedgingSource(time, late(), b) {
            @Override
            boolean expired(Upstream upstream, long nanos) {
                asked.add(upstream.id() + " after " + Duration.ofNanos(nanos - begun));
                return false;
            }
        };
        source.limit(LIMIT).holds();
        TestResponse response = get(task ? source.slowAfter(Duration.ofSeconds(30)) : source.neverSlow());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.failure()).isNull();
        assertThat(asked).containsExactly("late after PT2S");
        assertThat(source.told).containsSubsequence("head late 200", "end late COMPLETED");
    }

    @Test
    void theLeaseGetsItsScopeOnce() throws Exception {
        List<Exchange> scopes = new ArrayList<>();
        HedgingSource source = new HedgingSource(time, a) {
            @Override
            void began(Upstream upstream, Exchange scope) {
                told.add("began " + upstream.id());
                scopes.add(scope);
            }
        };
        TestResponse response = get(source.neverSlow());

        assertThat(response.text()).isEqualTo("a");
        assertThat(source.told).containsExactly("began a", "head a 200", "end a COMPLETED");
        assertThat(scopes.get(0).purpose()).isEqualTo("attempt");
        assertThat(scopes.get(0).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoGaveTheLeaseCanBreakTheAttemptOff(boolean task) throws Exception {
        a.hang();
        HedgingSource source = new HedgingSource(time, a, b) {
            @Override
            void began(Upstream upstream, Exchange scope) {
                if (upstream == a) {
                    time.schedule(Duration.ofMillis(500), () -> scope.cancel(Outcome.SHUT_DOWN));
                }
            }
        };

        assertThat(get(task ? source : source.neverSlow()).text()).isEqualTo("b");
        assertThat(source.told).startsWith("end a SHUT_DOWN", "failed a SHUT_DOWN SENT_UNKNOWN true");
    }

    @Test
    void anAttemptThatIsBrokenOffBeforeItWasSentIsNotSent() throws Exception {
        HedgingSource source = new HedgingSource(time, a, b) {
            @Override
            void began(Upstream upstream, Exchange scope) {
                if (upstream == a) {
                    scope.cancel(Outcome.SHUT_DOWN);
                }
            }
        };

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(a.requests()).isEmpty();
        assertThat(source.told).contains("failed a SHUT_DOWN NOT_SENT true");
    }
}
