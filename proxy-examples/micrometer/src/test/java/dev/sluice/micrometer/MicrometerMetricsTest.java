package dev.sluice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolMetrics;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.metrics.ConnectionMetrics;
import dev.sluice.proxy.metrics.ExchangeMetrics;
import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Signal;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Micrometer's registry for Prometheus shows is what our own registry shows. */
@Timeout(60)
class MicrometerMetricsTest {
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");

    private final SimulatedTime time = new SimulatedTime();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MicrometerMetrics metrics = new MicrometerMetrics(registry);
    private final MetricsRegistry own = MetricsRegistry.create();

    /** The samples of a text of Prometheus. Labels come in any order, and Micrometer adds a greatest value to histograms. */
    private static Map<String, Double> samples(String text) {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : text.split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches() && !sample.group(1).endsWith("_max")) {
                String[] labels = sample.group(2) == null ? new String[0] : sample.group(2).split(",");
                Arrays.sort(labels);
                samples.put(sample.group(1) + Arrays.toString(labels), Double.valueOf(sample.group(3)));
            }
        }
        return samples;
    }

    private Map<String, Double> scraped() {
        metrics.refresh();
        return samples(registry.scrape());
    }

    @Test
    void allNumbersAreTheSameAsInOurOwnRegistry() throws Exception {
        FakeUpstream a = FakeUpstream.named("a");
        a.answer(request -> {
            time.await(new Signal(), time.deadline(Duration.ofMillis(300)));
            return ProxyResponse.of(200, "hello");
        });
        UpstreamPool pool = UpstreamPool.builder()
                .name("shop")
                .time(time)
                .strategy(Strategies.roundRobin())
                .health(HealthCheck.http("/health").build())
                .addMember(Member.of(a))
                .addMember(Member.of(FakeUpstream.named("b")))
                .addListener(PoolMetrics.events(metrics, "shop"))
                .addListener(PoolMetrics.events(own, "shop"))
                .build();
        ConnectionStatistics connections = new ConnectionStatistics(1, 2, 3, 4, 50, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        for (Metrics each : new Metrics[] {metrics, own}) {
            PoolMetrics.read(each, pool);
            ConnectionMetrics.read(each, "main", () -> connections);
        }
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addListener(ExchangeMetrics.of(metrics))
                .addListener(ExchangeMetrics.of(own))
                .addRoute("/users/{id}", pool)
                .build());
        time.run(() -> {
            time.advance(Duration.ofMinutes(1));
            client.get("/users/1");
            client.get("/users/2");
            a.failOnce(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
            client.post("/users/3", "hello");
            client.post("/users/4", "hello");
            client.get("/elsewhere");
            return "done";
        });
        Map<String, Double> all = scraped();
        assertThat(all).isEqualTo(samples(own.prometheus())).hasSizeGreaterThan(100);
        assertThat(all).containsEntry("sluice_member_state[member=\"b\", pool=\"shop\", state=\"up\"]", 1.0);

        pool.remove("b");
        assertThat(scraped()).isEqualTo(samples(own.prometheus()));
        assertThat(registry.scrape()).doesNotContain("member=\"b\"");
        pool.close();
    }

    @Test
    void aReadingGoesOnUntilItIsClosed() {
        Meter room = Meter.gauge("room_bytes", "Room.", "place");
        Metrics.Reading first = metrics.read(room, to -> to.record(1, "here"));
        Metrics.Reading second = metrics.read(room, to -> to.record(10, "here"));
        assertThat(scraped()).containsEntry("room_bytes[place=\"here\"]", 11.0);
        second.close();
        assertThat(scraped()).containsEntry("room_bytes[place=\"here\"]", 1.0);
        first.close();
        assertThat(scraped()).isEmpty();
    }

    @Test
    void aMeterIsUsedAsItsKindSays() {
        Meter gauge = Meter.gauge("room", "Room.");
        Meter times = Meter.histogram("times", "Times.", Meter.SECONDS);
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.recorder(gauge));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.read(times, to -> {}));
        metrics.recorder(Meter.counter("jobs", "Jobs."));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.recorder(Meter.counter("jobs", "Jobs.", "kind")))
                .withMessageContaining("jobs");
    }
}
