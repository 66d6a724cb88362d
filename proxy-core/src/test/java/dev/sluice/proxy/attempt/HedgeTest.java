package dev.sluice.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.ClosedTunnel;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parallel attempts: which one wins, what happens to the others, and what the source is told. */
class HedgeTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final FakeUpstream c = FakeUpstream.named("c");

    private HedgingSource source(Upstream... upstreams) {
        return new HedgingSource(time, upstreams);
    }

    private TestResponse get(HedgingSource source) throws Exception {
        return time.run(() -> TestClient.of(ReverseProxy.to(source), time).get("/"));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void theSecondAttemptAnswersAndTheSlowOneIsAbandoned() throws Exception {
        a.hang();
        HedgingSource source = source(a, b);
        TestResponse response = get(source);

        assertThat(response.text()).isEqualTo("b");
        assertThat(source.told)
                .containsExactly("slow a true at 1 s", "head b 200", "end a ABANDONED", "end b COMPLETED");
        assertThat(response.record().attempts())
                .extracting(AttemptRecord::reason)
                .containsExactly(AttemptRecord.Reason.FIRST, AttemptRecord.Reason.HEDGE);
        AttemptRecord lost = response.record().attempts().get(0);
        assertThat(lost.outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(lost).asString().contains("given up for attempt 2 at b, which answered first");
    }

    @Test
    void theSlowAttemptWinsIfItAnswersFirst() throws Exception {
        a.answer(Slow.head(seconds(3), "a"));
        b.hang();
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("a");
        assertThat(source.told)
                .containsExactly(
                        "slow a true at 1 s", "slow b true at 2 s", "head a 200", "end b ABANDONED", "end a COMPLETED");
    }

    @Test
    void anAttemptThatAnswersInTimeIsNotCalledSlow() throws Exception {
        a.answer(Slow.head(Duration.ofMillis(999), "a"));
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("a");
        assertThat(source.told).containsExactly("head a 200", "end a COMPLETED");
    }

    @Test
    void anUpstreamThatReturnsNothingHasFailed() {
        a.answer(request -> null);
        HedgingSource source = source(a);

        assertThatThrownBy(() -> get(source)).hasMessageContaining("upstream a returned no response");
        assertThat(source.told).containsExactly("end a FAILED", "failed a FAILED SENT_UNKNOWN true");
    }

    @Test
    void anAttemptIsCalledSlowOnce() throws Exception {
        a.answer(Slow.head(seconds(30), "a"));
        HedgingSource source = source(a);

        assertThat(get(source).text()).isEqualTo("a");
        assertThat(source.told).containsExactly("slow a true at 1 s", "head a 200", "end a COMPLETED");
    }

    @Test
    void eachAttemptHasItsOwnSlowTime() throws Exception {
        a.hang();
        b.hang();
        HedgingSource source = source(a, b, c);

        assertThat(get(source).text()).isEqualTo("c");
        assertThat(source.told)
                .containsExactly(
                        "slow a true at 1 s",
                        "slow b true at 2 s",
                        "head c 200",
                        "end a ABANDONED",
                        "end b ABANDONED",
                        "end c COMPLETED");
    }

    @Test
    void anAttemptThatIsNeverSlowRunsOnTheExchangesThreadUnlessAnotherRuns() throws Exception {
        List<Thread> threads = new ArrayList<>();
        a.answer(request -> {
            threads.add(Thread.currentThread());
            throw new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "refused");
        });
        b.answer(request -> {
            threads.add(Thread.currentThread());
            Slow.pass(request.exchange(), seconds(3));
            return ProxyResponse.of(200, "b");
        });
        c.answer(request -> {
            threads.add(Thread.currentThread());
            return a.hang().send(request);
        });
        HedgingSource source = new HedgingSource(time, a, b, c) {
            @Override
            public Step start(long nanos) {
                neverSlow();
                return super.start(nanos);
            }

            @Override
            public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
                slowAfter(seconds(1));
                return super.failed(lease, outcome, delivery, bodyKept, nanos);
            }

            @Override
            public Step slow(Lease lease, boolean bodyWhole, long nanos) {
                neverSlow();
                return super.slow(lease, bodyWhole, nanos);
            }
        };

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(threads).hasSize(3).doesNotHaveDuplicates().startsWith(Thread.currentThread());
    }

    @Test
    void whenOneFailsTheOtherIsAwaited() throws Exception {
        a.answer(request -> {
            Slow.pass(request.exchange(), seconds(2));
            throw new ProxyException(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, "reset");
        });
        b.answer(Slow.head(seconds(5), "b"));
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(source.told)
                .containsSubsequence(
                        "end a HEAD_FAILED", "failed a HEAD_FAILED SENT_UNKNOWN true", "head b 200", "end b COMPLETED")
                .filteredOn(line -> line.startsWith("end "))
                .hasSize(2);
    }

    @Test
    void whenAllFailTheClientGetsTheLastFailure() {
        a.answer(request -> {
            Slow.pass(request.exchange(), seconds(2));
            throw new ProxyException(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, "reset");
        });
        b.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        HedgingSource source = source(a, b);

        assertThatThrownBy(() -> get(source))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.HEAD_FAILED));
        assertThat(source.told)
                .contains("failed b CONNECT_FAILED NOT_SENT true", "failed a HEAD_FAILED SENT_UNKNOWN true");
    }

    @Test
    void givingUpBreaksOffRunningAttempts() {
        a.hang();
        b.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        HedgingSource source = new HedgingSource(time, a, b) {
            @Override
            public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
                return new Step.Fail(outcome);
            }
        };

        assertThatThrownBy(() -> get(source)).isInstanceOf(ProxyException.class);
        assertThat(source.told).containsExactly("slow a true at 1 s", "end b CONNECT_FAILED", "end a ABANDONED");
    }

    @Test
    void givingUpOnASlowAttemptIsNotReportedAsNoUpstream() {
        a.hang();
        HedgingSource source = new HedgingSource(time, a) {
            @Override
            public Step slow(Lease lease, boolean bodyWhole, long nanos) {
                return new Step.Fail(Outcome.HEAD_TIMEOUT);
            }
        };

        assertThatThrownBy(() -> get(source)).isInstanceOfSatisfying(ProxyException.class, why -> {
            assertThat(why.outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
            assertThat(why.delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
        });
    }

    @Test
    void aHeldResponseThatBreaksOffLeavesTheOthersToBeAwaited() throws Exception {
        a.answer(Slow.head(seconds(9), "a"));
        b.answer(Slow.body(seconds(1), 10));
        HedgingSource source = source(a, b).holds();
        TestResponse response = get(source);

        assertThat(response.text()).isEqualTo("a");
        assertThat(source.told)
                .containsSubsequence("head b 200", "end b BODY_FAILED", "failed b BODY_FAILED ANSWERED true")
                .endsWith("head a 200", "end a COMPLETED");
    }

    @Test
    void aLateHeadOfALoserIsClosedAndDoesNotChangeTheRecord() throws Exception {
        Signal closed = new Signal();
        a.answer(request -> {
            Slow.passUnmoved(time, seconds(5));
            return ProxyResponse.builder(200)
                    .body(Body.of(new UnreadInput(closed), 10))
                    .build();
        });
        HedgingSource source = source(a, b);
        TestResponse response = getAndLet(source, seconds(9));

        assertThat(closed.fired()).isTrue();
        assertThat(response.text()).isEqualTo("b");
        assertThat(response.record().attempts().get(0).status()).isZero();
        assertThat(source.told).filteredOn("end a ABANDONED"::equals).hasSize(1);
    }

    @Test
    void theTunnelOfALoserIsClosed() throws Exception {
        Signal closed = new Signal();
        a.answer(request -> {
            Slow.passUnmoved(time, seconds(5));
            return ProxyResponse.builder(101).tunnel(tunnel(closed)).build();
        });
        getAndLet(source(a, b), seconds(9));

        assertThat(closed.fired()).isTrue();
    }

    /** Gets a response, and then lets time pass for the other attempts. */
    private TestResponse getAndLet(HedgingSource source, Duration pass) throws Exception {
        return time.run(() -> {
            TestResponse response = TestClient.of(ReverseProxy.to(source), time).get("/");
            time.advance(pass);
            return response;
        });
    }

    private static Tunnel tunnel(Signal closed) {
        return new ClosedTunnel("websocket", closed::fire);
    }

    @Test
    void theExchangesTimeoutEndsAllAttemptsWithIt() throws Exception {
        a.hang();
        b.hang();
        HedgingSource source = source(a, b);
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(seconds(5)).build())
                .addRoute("/**", source)
                .build();
        TestResponse response = time.run(() -> TestClient.of(pipeline).get("/"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(source.told)
                .containsExactlyInAnyOrder(
                        "slow a true at 1 s", "slow b true at 2 s", "end a TOTAL_TIMEOUT", "end b TOTAL_TIMEOUT");
    }

    @Test
    void anInterruptOfTheExchangesThreadEndsAllAttempts() {
        a.hang();
        b.hang();
        HedgingSource source = source(a, b);
        Thread thread = Thread.currentThread();

        assertThatThrownBy(() -> time.run(() -> {
                    time.schedule(seconds(5), thread::interrupt);
                    return TestClient.of(ReverseProxy.to(source), time).get("/");
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(source.told)
                .containsExactly("slow a true at 1 s", "slow b true at 2 s", "end a ABANDONED", "end b ABANDONED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interimResponsesAreThoseOfAttemptsOnTheExchangesThreadAlone(boolean task) throws Exception {
        a.answer(request -> {
            request.exchange().interim(103, Headers.empty());
            return ProxyResponse.of(200, "a");
        });
        HedgingSource source = source(a);

        assertThat(get(task ? source : source.neverSlow()).interim()).hasSize(task ? 0 : 1);
    }

    @Test
    void nothingCanBeAwaitedWhenNothingRuns() {
        HedgingSource source = new HedgingSource(time, a) {
            @Override
            public Step start(long nanos) {
                return new Step.Await();
            }
        };

        assertThatThrownBy(() -> get(source))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no running attempt");
    }

    @Test
    void aWaitWhileAnAttemptRunsIsAFault() {
        a.hang();
        HedgingSource source = new HedgingSource(time, a) {
            @Override
            public Step slow(Lease lease, boolean bodyWhole, long nanos) {
                return new Step.Wait(new Signal(), TimeSource.NEVER);
            }
        };

        assertThatThrownBy(() -> get(source))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("while attempts run");
        assertThat(source.told).containsExactly("end a ABANDONED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFaultInATaskIsAFailureOfItsAttempt(boolean error) throws Exception {
        a.answer(request -> {
            if (error) {
                throw new AssertionError("fault");
            }
            throw new IOException("fault");
        });
        HedgingSource source = source(a, b);

        assertThat(get(source).text()).isEqualTo("b");
        assertThat(source.told.get(1))
                .isEqualTo("failed a " + (error ? "FAILED" : "HEAD_FAILED") + " SENT_UNKNOWN true");
    }
}
