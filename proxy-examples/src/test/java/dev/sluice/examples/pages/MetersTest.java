package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolMetrics;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.metrics.ConnectionMetrics;
import dev.sluice.proxy.metrics.ExchangeMetrics;
import dev.sluice.proxy.metrics.LimitMetrics;
import dev.sluice.proxy.metrics.ListenerMetrics;
import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table in {@code metrics.md} has each meter, its kind and its labels. */
class MetersTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(sluice_\\w+)` \\| (\\w+) \\| ([^|]*?) ?\\| [^|]+ \\|$");

    /** Keeps what the meters are. */
    private static final class Kept implements Metrics {
        private final Map<String, String> meters = new TreeMap<>();

        @Override
        public Recorder recorder(Meter meter) {
            keep(meter);
            return (value, labels) -> {};
        }

        @Override
        public Reading read(List<Meter> meters, Consumer<Recorders> source) {
            meters.forEach(this::keep);
            return () -> {};
        }

        private void keep(Meter meter) {
            List<String> labels =
                    meter.labels().stream().map(each -> '`' + each + '`').toList();
            meters.put(meter.name(), meter.kind().name().toLowerCase(Locale.ROOT) + ' ' + String.join(", ", labels));
        }
    }

    private static Map<String, String> meters() {
        Kept metrics = new Kept();
        ExchangeMetrics.of(metrics);
        PoolMetrics.events(metrics, "pool");
        try (DirectTransport transport = DirectTransport.builder().build();
                UpstreamPool pool = UpstreamPool.builder().build()) {
            PoolMetrics.read(metrics, pool);
            LimitMetrics.read(metrics, "all", RateLimit.perSecond(1)::statistics);
            ListenerMetrics.read(metrics, "main", Optional::empty);
            ConnectionMetrics.read(metrics, "main", transport::connections);
        }
        return metrics.meters;
    }

    @Test
    void theTableHasEachMeter() throws Exception {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "metrics.md")));
        while (row.find()) {
            rows.put(row.group(1), row.group(2) + ' ' + row.group(3));
        }
        assertThat(rows).isEqualTo(meters());
    }

    /** With the ending that the kind of a meter has in the output. */
    @Test
    void whatIsToBeWatchedAreMeters() throws Exception {
        Map<String, String> ends = Map.of("counter", "(_total)", "gauge", "()", "histogram", "(_bucket|_count|_sum)");
        List<String> known = meters().entrySet().stream()
                .map(each -> each.getKey() + ends.get(each.getValue().split(" ")[0]))
                .toList();
        Matcher used = Pattern.compile("sluice_\\w+").matcher(Files.readString(Path.of("..", "docs", "operations.md")));
        while (used.find()) {
            assertThat(known).as(used.group()).anyMatch(meter -> used.group().matches(meter));
        }
        assertThat(used.reset().results()).hasSizeGreaterThan(10);
    }
}
