package dev.sluice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolMetrics;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.strategy.Strategies;
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
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What OpenTelemetry's SDK collects is what our own registry shows. */
@Timeout(60)
class OpenTelemetryMetricsTest {
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");

    private final SimulatedTime time = new SimulatedTime();
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final SdkMeterProvider provider =
            SdkMeterProvider.builder().registerMetricReader(reader).build();
    private final OpenTelemetryMetrics metrics = new OpenTelemetryMetrics(provider);
    private final MetricsRegistry own = MetricsRegistry.create();

    @AfterEach
    void close() {
        provider.close();
    }

    /** What was collected, as the lines of our own registry would be, with the labels sorted and without buckets. */
    private Map<String, Double> collected() {
        Map<String, Double> all = new TreeMap<>();
        for (MetricData metric : reader.collectAllMetrics()) {
            String unit = metric.getUnit().equals("s") ? "_seconds" : metric.getUnit().equals("By") ? "_bytes" : "";
            String name = metric.getName().replace('.', '_') + unit;
            switch (metric.getType()) {
                case DOUBLE_SUM -> metric.getDoubleSumData().getPoints().forEach(each -> put(all, name + "_total", each));
                case DOUBLE_GAUGE -> metric.getDoubleGaugeData().getPoints().forEach(each -> put(all, name, each));
                default -> metric.getHistogramData().getPoints().forEach(each -> put(all, name, each));
            }
        }
        return all;
    }

    private static void put(Map<String, Double> all, String name, DoublePointData point) {
        all.put(name + labels(point), point.getValue());
    }

    private static void put(Map<String, Double> all, String name, HistogramPointData point) {
        assertThat(point.getBoundaries()).isEqualTo(Meter.SECONDS);
        all.put(name + "_count" + labels(point), (double) point.getCount());
        all.put(name + "_sum" + labels(point), point.getSum());
    }

    private static TreeSet<String> labels(io.opentelemetry.sdk.metrics.data.PointData point) {
        TreeSet<String> labels = new TreeSet<>();
        point.getAttributes().forEach((key, value) -> labels.add(key.getKey() + "=\"" + value + '"'));
        return labels;
    }

    private Map<String, Double> ours() {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : own.prometheus().split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches() && !sample.group(1).endsWith("_bucket")) {
                String labels = sample.group(2) == null ? "" : sample.group(2);
                TreeSet<String> sorted = new TreeSet<>();
                Pattern.compile(",").splitAsStream(labels).filter(each -> !each.isEmpty()).forEach(sorted::add);
                samples.put(sample.group(1) + sorted, Double.valueOf(sample.group(3)));
            }
        }
        return samples;
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
            client.get("/users/1");
            client.post("/users/2", "hello");
            client.get("/elsewhere");
            return "done";
        });
        assertThat(collected()).isEqualTo(ours()).hasSizeGreaterThan(50);
        pool.remove("b");
        assertThat(collected())
                .isEqualTo(ours())
                .doesNotContainKey("sluice_member_in_flight[member=\"b\", pool=\"shop\"]");
        pool.close();
    }

    @Test
    void aReadingGoesOnUntilItIsClosed() {
        Meter room = Meter.gauge("room_bytes", "Room.", "place");
        Metrics.Reading first = metrics.read(room, to -> to.record(1, "here"));
        Metrics.Reading second = metrics.read(room, to -> to.record(10, "here"));
        assertThat(collected()).isEqualTo(Map.of("room_bytes[place=\"here\"]", 11.0));
        second.close();
        assertThat(collected()).isEqualTo(Map.of("room_bytes[place=\"here\"]", 1.0));
        first.close();
        assertThat(collected()).isEmpty();
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
