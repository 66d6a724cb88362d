package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.trace.Span;
import dev.sluice.proxy.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans of a request that a pool sends more than once. */
@Timeout(60)
class TracedPoolTest {
    private final SimulatedTime time = new SimulatedTime();
    private final List<Span> spans = new ArrayList<>();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final UpstreamPool.Builder pool = UpstreamPool.builder()
            .time(time)
            .strategy(Strategies.roundRobin())
            .addMember(Member.of(a))
            .addMember(Member.of(b));

    private TestResponse get() throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .tracing(Tracing.builder().addListener(spans::add).build())
                .addRoute("/**", pool.build())
                .build());
        return time.run(() -> client.send(
                "GET",
                "/",
                Headers.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                new byte[0]));
    }

    private Span at(String upstream) {
        return spans.stream()
                .filter(span -> upstream.equals(span.attributes().get("sluice.upstream")))
                .findFirst()
                .orElseThrow();
    }

    private void requireAttemptsOfOneExchange() {
        Span exchange = spans.get(spans.size() - 1);
        assertThat(spans).hasSize(3);
        assertThat(exchange.kind()).isEqualTo(Span.Kind.SERVER);
        for (FakeUpstream upstream : List.of(a, b)) {
            Span attempt = at(upstream.id());
            assertThat(attempt.kind()).isEqualTo(Span.Kind.CLIENT);
            assertThat(attempt.context().parentId())
                    .isEqualTo(exchange.context().spanId());
            assertThat(upstream.requests().get(0).headers().all("traceparent"))
                    .containsExactly(attempt.context().parent());
        }
        assertThat(at("a").context().spanId()).isNotEqualTo(at("b").context().spanId());
    }

    @Test
    void aRetryIsASecondAttemptWithItsNumber() throws Exception {
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        assertThat(get().text()).isEqualTo("b");

        requireAttemptsOfOneExchange();
        assertThat(at("a").attributes())
                .containsEntry("error.type", "HEAD_FAILED")
                .doesNotContainKey("http.request.resend_count");
        assertThat(at("b").attributes())
                .containsEntry("http.request.resend_count", 1L)
                .doesNotContainKey("error.type");
        assertThat(spans.get(2).isFailed()).isFalse();
    }

    @Test
    void aResponseThatIsReplacedHasItsStatus() throws Exception {
        pool.retry(RetryPolicy.builder().statuses(503).build());
        a.answer(503, "busy");
        assertThat(get().text()).isEqualTo("b");

        requireAttemptsOfOneExchange();
        assertThat(at("a").attributes())
                .containsEntry("error.type", "503")
                .containsEntry("http.response.status_code", 503L);
    }

    @Test
    void aHedgeIsBesideTheSlowAttemptWhichHasNotFailed() throws Exception {
        pool.hedge(HedgePolicy.after(Duration.ofMillis(50)));
        a.delay(Duration.ofSeconds(1));
        assertThat(get().text()).isEqualTo("b");

        requireAttemptsOfOneExchange();
        Span slow = at("a");
        Span hedge = at("b");
        assertThat(Duration.between(slow.beginAt(), hedge.beginAt())).isEqualTo(Duration.ofMillis(50));
        assertThat(hedge.attributes()).containsEntry("http.request.resend_count", 1L);
        assertThat(slow.attributes()).containsEntry("sluice.outcome", "ABANDONED");
        assertThat(slow.isFailed()).isFalse();
        assertThat(slow.duration()).isEqualTo(Duration.ofMillis(50));
    }
}
