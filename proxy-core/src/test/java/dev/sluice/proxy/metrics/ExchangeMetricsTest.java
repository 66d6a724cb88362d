package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExchangeMetricsTest {
    private final ManualTime time = new ManualTime();
    private final MetricsRegistry metrics = MetricsRegistry.create();
    private final RecordingListener records = new RecordingListener();
    private final FakeUpstream shop = FakeUpstream.named("shop");

    private TestClient client(Route... routes) {
        Pipeline.Builder builder = Pipeline.builder()
                .time(time)
                .addListener(ExchangeMetrics.of(metrics))
                .addListener(records);
        for (Route route : routes) {
            builder.addRoute(route);
        }
        return TestClient.of(builder.build());
    }

    private List<String> lines(String begin) {
        return metrics.openMetrics()
                .lines()
                .filter(each -> each.startsWith(begin))
                .toList();
    }

    @Test
    void aRequestIsCountedByRouteMethodStatusAndOutcome() throws Exception {
        TestClient client = client(Route.path("/shop/**").to(ReverseProxy.to(shop)));
        client.get("/shop/1?secret=2");
        client.post("/shop/2", "hello");
        shop.failOnce(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        client.get("/shop/3");
        client.get("/other");
        client.send("PROPFIND", "/shop/4", Headers.empty(), new byte[0]);
        assertThat(lines("sluice_requests_total"))
                .containsExactlyInAnyOrder(
                        "sluice_requests_total{route=\"/shop/**\",method=\"GET\",status=\"2xx\",outcome=\"completed\"} 1",
                        "sluice_requests_total{route=\"/shop/**\",method=\"POST\",status=\"2xx\",outcome=\"completed\"} 1",
                        "sluice_requests_total{route=\"/shop/**\",method=\"GET\",status=\"5xx\",outcome=\"connect_failed\"} 1",
                        "sluice_requests_total{route=\"none\",method=\"GET\",status=\"4xx\",outcome=\"no_route\"} 1",
                        "sluice_requests_total{route=\"/shop/**\",method=\"other\",status=\"2xx\",outcome=\"completed\"} 1");
        assertThat(lines("sluice_attempts_total"))
                .containsExactlyInAnyOrder(
                        "sluice_attempts_total{route=\"/shop/**\",reason=\"first\",status=\"2xx\",outcome=\"completed\"} 3",
                        "sluice_attempts_total{route=\"/shop/**\",reason=\"first\",status=\"none\",outcome=\"connect_failed\"} 1");
    }

    @Test
    void timesAreThoseOfTheExchangesClock() throws Exception {
        ProxyHandler slow = request -> {
            time.advance(Duration.ofMillis(300));
            return ProxyResponse.of(200, "done");
        };
        client(Route.path("/slow").to(slow)).get("/slow");
        assertThat(lines("sluice_request_duration_seconds"))
                .contains(
                        "sluice_request_duration_seconds_bucket{route=\"/slow\",status=\"2xx\",le=\"0.25\"} 0",
                        "sluice_request_duration_seconds_bucket{route=\"/slow\",status=\"2xx\",le=\"0.5\"} 1",
                        "sluice_request_duration_seconds_sum{route=\"/slow\",status=\"2xx\"} 0.3");
        assertThat(lines("sluice_response_start_seconds"))
                .contains("sluice_response_start_seconds_sum{route=\"/slow\"} 0.3");
    }

    @Test
    void whatAnAttemptKnowsOfItsConnectionIsMeasured() throws Exception {
        TestClient client = client(Route.path("/shop").to(ReverseProxy.to(shop)));
        client.get("/shop");
        assertThat(lines("sluice_connection_wait_seconds_")).isEmpty();
        assertThat(lines("sluice_origin_")).isEmpty();
        shop.answer(request -> {
            AttemptNotes attempt = Objects.requireNonNull(request.exchange().attemptNotes());
            attempt.waitedForConnection(100_000_000);
            attempt.waitedForConnection(200_000_000);
            attempt.connected(400_000_000, 500_000_000);
            request.exchange().notes().waited(600_000_000);
            return ProxyResponse.of(200, "done");
        });
        client.get("/shop");
        for (String sum : List.of(
                "sluice_connection_wait_seconds_sum{route=\"/shop\"} 0.3",
                "sluice_origin_connect_seconds_sum{route=\"/shop\"} 0.4",
                "sluice_origin_handshake_seconds_sum{route=\"/shop\"} 0.5",
                "sluice_request_wait_seconds_sum{route=\"/shop\"} 0.6")) {
            assertThat(lines("sluice_")).contains(sum);
        }
    }

    @Test
    void whatIsAtWorkIsAGauge() throws Exception {
        ProxyHandler asks = request -> ProxyResponse.of(200, String.join("\n", lines("sluice_requests_in_flight")));
        TestClient client = client(Route.any().to(asks));
        assertThat(client.get("/").text()).isEqualTo("sluice_requests_in_flight 1");
        assertThat(lines("sluice_requests_in_flight")).containsExactly("sluice_requests_in_flight 0");
    }

    @Test
    void whatACacheDidIsCounted() throws Exception {
        shop.answer(request -> ProxyResponse.builder(200)
                .addHeader("Cache-Control", "max-age=60")
                .build());
        Cache cache = Cache.memory(1 << 20);
        TestClient client = client(Route.path("/**").cache(cache).to(shop));
        client.get("/a");
        // It is stored on another thread.
        Awaited.isTrue(() -> cache.snapshot().stored() == 1);
        client.get("/a");
        assertThat(lines("sluice_cache_requests_total"))
                .containsExactlyInAnyOrder(
                        "sluice_cache_requests_total{route=\"/**\",result=\"uri-miss\"} 1",
                        "sluice_cache_requests_total{route=\"/**\",result=\"hit\"} 1");
    }

    /** What a dashboard shows and what the log has must be the same. */
    @Test
    void allNumbersAreTheSumsOfTheRecords() throws Exception {
        TestClient client = client(Route.path("/shop/**").to(ReverseProxy.to(shop)));
        for (int i = 0; i < 60; i++) {
            switch (i % 6) {
                case 1 -> shop.failOnce(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN);
                case 2 -> shop.answerOnce(503, "busy");
                case 3 -> shop.breakOffOnce(200, "half");
                default -> {}
            }
            client.send(i % 2 == 0 ? "GET" : "PUT", i % 5 == 0 ? "/none" : "/shop/" + i, Headers.empty(), new byte[i]);
        }
        for (Outcome outcome : Outcome.values()) {
            String label = "outcome=\"" + outcome.name().toLowerCase(Locale.ROOT) + '"';
            assertThat(sum("sluice_requests_total", label))
                    .as(label)
                    .isEqualTo(records.records().stream()
                            .filter(each -> each.outcome() == outcome)
                            .count());
            assertThat(sum("sluice_attempts_total", label))
                    .as(label)
                    .isEqualTo(records.records().stream()
                            .flatMap(each -> each.attempts().stream())
                            .filter(each -> each.outcome() == outcome)
                            .count());
        }
        assertThat(sum("sluice_request_duration_seconds_count", "")).isEqualTo(60);
        assertThat(sum("sluice_request_body_bytes_total", ""))
                .isEqualTo(records.records().stream()
                        .mapToLong(each -> each.requestBytes())
                        .sum());
        assertThat(sum("sluice_response_body_bytes_total", ""))
                .isEqualTo(records.records().stream()
                        .mapToLong(each -> each.responseBytes())
                        .sum());
    }

    private long sum(String name, String label) {
        return lines(name).stream()
                .filter(each -> each.contains(label))
                .mapToLong(each -> Long.parseLong(each.substring(each.lastIndexOf(' ') + 1)))
                .sum();
    }
}
