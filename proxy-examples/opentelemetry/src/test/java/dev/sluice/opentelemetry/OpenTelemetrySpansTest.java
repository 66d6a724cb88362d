package dev.sluice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.trace.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What OpenTelemetry's SDK exports of requests that go through a pool, on simulated time. */
@Timeout(60)
class OpenTelemetrySpansTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    private final SimulatedTime time = new SimulatedTime();
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySpans spans =
            new OpenTelemetrySpans(SimpleSpanProcessor.create(exporter), Resource.getDefault());
    private final FakeUpstream a = FakeUpstream.named("a").at("a.test:8080");
    private final FakeUpstream b = FakeUpstream.named("b").at("b.test:8080");
    private final UpstreamPool.Builder pool = UpstreamPool.builder()
            .time(time)
            .strategy(Strategies.roundRobin())
            .addMember(Member.of(a))
            .addMember(Member.of(b));

    @AfterEach
    void close() {
        spans.close();
    }

    private TestResponse get(String... fields) throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .tracing(Tracing.builder().addListener(spans).build())
                .addRoute("/users/{id}", pool.build())
                .build());
        return time.run(() -> client.send("GET", "/users/7", Headers.of(fields), new byte[0]));
    }

    private SpanData exchange() {
        List<SpanData> found = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == SpanKind.SERVER)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private SpanData at(FakeUpstream upstream) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> upstream.id().equals(text(span, "sluice.upstream")))
                .findFirst()
                .orElseThrow();
    }

    private static String text(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.stringKey(name));
    }

    private static Long number(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.longKey(name));
    }

    /** Both attempts are below the exchange, and each upstream was told of its own. */
    private void requireTwoAttempts() {
        assertThat(exporter.getFinishedSpanItems()).hasSize(3);
        for (FakeUpstream upstream : List.of(a, b)) {
            SpanData attempt = at(upstream);
            assertThat(attempt.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(attempt.getTraceId()).isEqualTo(TRACE);
            assertThat(attempt.getParentSpanId()).isEqualTo(exchange().getSpanId());
            assertThat(attempt.getSpanContext().getTraceState().get("rojo")).isEqualTo("1");
            assertThat(upstream.requests().get(0).headers().all("traceparent"))
                    .containsExactly("00-" + TRACE + "-" + attempt.getSpanId() + "-01");
        }
    }

    @Test
    void aRetryIsBelowTheExchangeWhichContinuesTheClientsTrace() throws Exception {
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        assertThat(get("traceparent", "00-" + TRACE + "-" + PARENT + "-01", "tracestate", "rojo=1,congo=2")
                        .text())
                .isEqualTo("b");

        requireTwoAttempts();
        SpanData exchange = exchange();
        assertThat(exchange.getName()).isEqualTo("GET /users/{id}");
        assertThat(exchange.getParentSpanId()).isEqualTo(PARENT);
        assertThat(exchange.getParentSpanContext().isRemote()).isTrue();
        assertThat(exchange.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(text(exchange, "url.path")).isEqualTo("/users/7");
        assertThat(number(exchange, "http.response.status_code")).isEqualTo(200);

        SpanData failed = at(a);
        assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(failed.getStatus().getDescription()).isNotEmpty();
        assertThat(text(failed, "error.type")).isEqualTo("HEAD_FAILED");
        SpanData mended = at(b);
        assertThat(mended.getName()).isEqualTo("GET");
        assertThat(mended.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(number(mended, "http.request.resend_count")).isEqualTo(1);
        assertThat(text(mended, "url.full")).isEqualTo("http://b.test:8080/users/7");
    }

    @Test
    void aHedgeIsBesideTheSlowAttempt() throws Exception {
        pool.hedge(HedgePolicy.after(Duration.ofMillis(50)));
        a.delay(Duration.ofSeconds(1));
        assertThat(get("traceparent", "00-" + TRACE + "-" + PARENT + "-01", "tracestate", "rojo=1")
                        .text())
                .isEqualTo("b");

        requireTwoAttempts();
        long delay = at(b).getStartEpochNanos() - at(a).getStartEpochNanos();
        assertThat(delay).isEqualTo(Duration.ofMillis(50).toNanos());
        assertThat(at(a).getEndEpochNanos()).isEqualTo(exchange().getEndEpochNanos());
        assertThat(at(a).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void withoutAParentTheExchangeIsTheFirstSpan() throws Exception {
        TestResponse response = get();

        assertThat(exchange().getParentSpanContext().isValid()).isFalse();
        assertThat(exchange().getTraceId()).isEqualTo(response.record().trace().traceId());
        assertThat(exchange().getSpanId()).isEqualTo(response.record().trace().spanId());
        assertThat(exchange().hasEnded()).isTrue();
    }
}
