package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time limit of one try, and hedges, from the request to the whole response. One member does not answer. */
class TryTest {
    private static final Duration STOP = Duration.ofSeconds(3);
    private static final int LENGTH = 60_000;

    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream stopped = FakeUpstream.named("stopped");
    private final FakeUpstream well = FakeUpstream.named("well");

    private UpstreamPool.Builder pool() {
        return UpstreamPool.builder()
                .time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(stopped))
                .addMember(Member.of(well));
    }

    private static RetryPolicy tries(int attempts) {
        return RetryPolicy.builder()
                .maxAttempts(attempts)
                .tryTimeout(Duration.ofSeconds(1))
                .build();
    }

    private TestResponse send(UpstreamPool pool, String method, UnaryOperator<ProxyRequest.Builder> change)
            throws Exception {
        try (pool) {
            return time.run(() -> TestClient.of(ReverseProxy.to(pool), time).send(method, "/", change));
        }
    }

    private static ProxyHandler answersAfter(Duration head, Duration body) {
        return request -> {
            request.body().readAll(1_000_000);
            pass(request, head);
            return ProxyResponse.builder(200)
                    .body(Body.of(new LateBytes(request, body), LENGTH))
                    .build();
        };
    }

    private static void pass(ProxyRequest request, Duration duration) throws IOException, InterruptedException {
        Signal cancelled = new Signal();
        request.exchange().onCancel(reason -> cancelled.fire());
        request.exchange().time().await(cancelled, request.exchange().time().deadline(duration));
        request.exchange().check();
    }

    private static Duration took(TestResponse response) {
        return Duration.ofNanos(response.record().endNanos() - response.record().beginNanos());
    }

    @ParameterizedTest
    @CsvSource({
        // A request that cannot be repeated waits for its answer. One that can be goes to the next member after 1 s.
        "POST, 3, 100, 3, stopped",
        "PATCH, 3, 100, 3, stopped",
        "PUT, 3, 100000, 3, stopped",
        "GET, 1, 0, 3, stopped",
        "PUT, 3, 100, 1, well",
        "GET, 2, 0, 1, well"
    })
    void aTryIsEndedOnlyWhereAnotherCanFollow(String method, int attempts, int bodyBytes, int seconds, String by)
            throws Exception {
        stopped.answer(answersAfter(STOP, Duration.ZERO));
        TestResponse response = send(
                pool().retry(tries(attempts)).build(),
                method,
                request -> request.body(Body.of(new ByteArrayInputStream(new byte[bodyBytes]), bodyBytes)));

        assertThat(response.status()).isEqualTo(200);
        assertThat(took(response)).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(response.text()).hasSize(by.equals("stopped") ? LENGTH : "well".length());
    }

    /** Two tries begin while the budget has room for one retry. Their time is over at the same moment. */
    @Test
    void onlyOneOfTwoTriesIsEndedIfTheBudgetHasRoomForOne() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        ProxyHandler late = answersAfter(STOP, Duration.ZERO);
        // The first two requests, at any member.
        ProxyHandler lateTwice =
                request -> sent.getAndIncrement() < 2 ? late.handle(request) : ProxyResponse.of(200, "well");
        FakeUpstream another = FakeUpstream.named("another");
        List.of(stopped, another, well).forEach(member -> member.answer(lateTwice));
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(3)
                .tryTimeout(Duration.ofSeconds(1))
                .budget(RetryBudget.of(0.5, 0))
                .build();
        UpstreamPool pool = UpstreamPool.builder()
                .time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(stopped))
                .addMember(Member.of(another))
                .addMember(Member.of(well))
                .retry(policy)
                .build();
        List<TestResponse> responses = new ArrayList<>();
        try (pool) {
            time.run(() -> {
                Signal first = time.start("first", () -> responses.add(get(pool)));
                Signal second = time.start("second", () -> responses.add(get(pool)));
                time.await(first, TimeSource.NEVER);
                return time.await(second, TimeSource.NEVER);
            });
        }

        assertThat(responses).extracting(TestResponse::status).containsExactly(200, 200);
        assertThat(responses).extracting(TryTest::took).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThat(responses.get(1).record().attempts()).hasSize(1);
        assertThat(responses.get(1).record().decisions())
                .extracting(Decision::explain)
                .contains("after attempt 1: its time is over, but it goes on, as the retry budget is spent: "
                        + policy.budget());
    }

    private TestResponse get(UpstreamPool pool) {
        try {
            return TestClient.of(ReverseProxy.to(pool), time).get("/");
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /** The second of two attempts runs beside the first, so no other attempt could follow. */
    @Test
    void aTryIsNotEndedWhenAHedgeWasTheLast() throws Exception {
        stopped.answer(answersAfter(Duration.ofSeconds(2), Duration.ZERO));
        well.answer(answersAfter(Duration.ofSeconds(9), Duration.ZERO));
        UpstreamPool pool = pool().retry(tries(2))
                .hedge(HedgePolicy.after(Duration.ofMillis(300)))
                .build();
        TestResponse response = send(pool, "GET", request -> request);

        assertThat(response.text()).hasSize(LENGTH);
        assertThat(took(response)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aHeldResponseIsWithinTheLimitOfItsTry() throws Exception {
        stopped.answer(answersAfter(Duration.ofMillis(200), STOP));
        TestResponse response = send(pool().retry(tries(3)).build(), "GET", request -> request);

        assertThat(response.text()).isEqualTo("well");
        assertThat(took(response)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aHeldResponseIsHedged() throws Exception {
        stopped.answer(answersAfter(Duration.ofMillis(200), STOP));
        UpstreamPool pool =
                pool().hedge(HedgePolicy.after(Duration.ofMillis(300))).build();
        TestResponse response = send(pool, "GET", request -> request);

        assertThat(response.text()).isEqualTo("well");
        assertThat(took(response)).isEqualTo(Duration.ofMillis(300));
        assertThat(pool.snapshot().members())
                .allMatch(member -> member.inFlight() == 0 && member.failures() == 0)
                .allMatch(member -> member.condition() == PoolSnapshot.Condition.UP);
    }

    /** A body whose first bytes come after a while. */
    private static final class LateBytes extends ByteArrayInputStream {
        private final ProxyRequest request;
        private final Duration delay;
        private boolean begun;

        private LateBytes(ProxyRequest request, Duration delay) {
            super(new byte[LENGTH]);
            this.request = request;
            this.delay = delay;
        }

        @Override
        public synchronized int available() {
            return begun ? super.available() : 0;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!begun) {
                begun = true;
                try {
                    pass(request, delay);
                } catch (IOException | InterruptedException end) {
                    throw new IllegalStateException(end);
                }
            }
            return super.read(target, offset, length);
        }
    }
}
