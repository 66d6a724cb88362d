package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.metrics.ExchangeMetrics;
import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Numbers that are read while requests are served and members change. */
@Timeout(120)
class ScrapesUnderLoadTest {
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 900;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final MetricsRegistry metrics = MetricsRegistry.create();
    private final UpstreamPool pool = UpstreamPool.builder()
            .name("shop")
            .addMember(Member.of(FakeUpstream.named("a")))
            .addMember(Member.of(FakeUpstream.named("b").answer(503, "busy")))
            .build();
    private final TestClient client = TestClient.of(Pipeline.builder()
            .addListener(ExchangeMetrics.of(metrics))
            .addRoute("/pool/**", pool)
            .addRoute("/**", request -> ProxyResponse.of(200, "own"))
            .build());

    @AfterEach
    void close() {
        threads.shutdownNow();
        pool.close();
    }

    /** The numbers by what stands before them. */
    private static Map<String, Double> samples(String text) {
        Map<String, Double> samples = new HashMap<>();
        text.lines().filter(each -> !each.startsWith("#")).forEach(each -> {
            int end = each.lastIndexOf(' ');
            samples.put(each.substring(0, end), Double.valueOf(each.substring(end + 1)));
        });
        return samples;
    }

    private static double sum(Map<String, Double> samples, String begin) {
        return samples.entrySet().stream()
                .filter(each -> each.getKey().startsWith(begin))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private List<Future<?>> load() {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            running.add(threads.submit(() -> {
                for (int n = 0; n < REQUESTS; n++) {
                    client.get(n % 3 == 0 ? "/own" : "/pool/" + n);
                }
                return null;
            }));
        }
        return running;
    }

    @Test
    void noNumberGoesBackAndNoneContradictsAnother() throws Exception {
        PoolMetrics.read(metrics, pool);
        List<Future<?>> running = load();
        Future<?> changes = threads.submit(() -> {
            for (int i = 0; i < 500 && running.stream().anyMatch(each -> !each.isDone()); i++) {
                pool.add(Member.of(FakeUpstream.named("guest")));
                pool.remove("guest");
            }
        });
        Map<String, Double> before = Map.of();
        while (!changes.isDone() || running.stream().anyMatch(each -> !each.isDone())) {
            String text = metrics.openMetrics();
            Map<String, Double> now = samples(text);
            assertNothingGoesBack(before, now);
            assertThat(buckets(text)).allMatch(ScrapesUnderLoadTest::areWhole);
            assertThat(sum(now, "sluice_pool_members"))
                    .isEqualTo(sum(now, "sluice_member_state"))
                    .isBetween(2.0, 3.0);
            before = now;
        }
        for (Future<?> each : running) {
            each.get(30, TimeUnit.SECONDS);
        }
        changes.get(30, TimeUnit.SECONDS);
        Map<String, Double> last = samples(metrics.openMetrics());
        assertThat(sum(last, "sluice_requests_total")).isEqualTo(CLIENTS * REQUESTS);
        assertThat(sum(last, "sluice_request_duration_seconds_count")).isEqualTo(CLIENTS * REQUESTS);
        assertThat(sum(last, "sluice_request_duration_seconds_bucket{route=\"/**\",status=\"2xx\",le=\"+Inf\"}"))
                .isEqualTo(CLIENTS * REQUESTS / 3.0);
    }

    /** Of the guest they do, as each time it is another. */
    private static void assertNothingGoesBack(Map<String, Double> before, Map<String, Double> now) {
        before.forEach((name, value) -> {
            boolean grows = name.matches("\\w+_(total|count|sum|bucket)\\b.*") && !name.contains("member=\"guest\"");
            if (grows) {
                assertThat(now.get(name)).as(name).isNotNull().isGreaterThanOrEqualTo(value);
            }
        });
    }

    /** The numbers of each series of a histogram: those of its buckets, and its count. */
    private static List<List<Double>> buckets(String text) {
        List<List<Double>> all = new ArrayList<>();
        List<Double> open = new ArrayList<>();
        for (String line : text.split("\n")) {
            String name = line.substring(0, line.indexOf(line.contains("{") ? '{' : ' '));
            if (name.endsWith("_bucket") || name.endsWith("_count")) {
                open.add(Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)));
            }
            if (name.endsWith("_count")) {
                all.add(open);
                open = new ArrayList<>();
            }
        }
        return all;
    }

    private static boolean areWhole(List<Double> buckets) {
        for (int i = 1; i < buckets.size(); i++) {
            if (buckets.get(i) < buckets.get(i - 1)) {
                return false;
            }
        }
        int count = buckets.size() - 1;
        return count == Meter.SECONDS.size() + 1 && buckets.get(count).equals(buckets.get(count - 1));
    }

    @Test
    void noRequestWaitsForWhoReads() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        metrics.read(Meter.gauge("slow", "A source that hangs."), to -> {
            reading.countDown();
            Awaited.latch(release);
        });
        PoolMetrics.read(metrics, pool);
        Future<String> scrape = threads.submit(metrics::openMetrics);
        Awaited.latch(reading);
        assertThat(client.get("/own").status()).isEqualTo(200);
        assertThat(client.get("/pool/1").body()).isNotEmpty();
        pool.remove("b");
        assertThat(scrape.isDone()).isFalse();
        release.countDown();
        assertThat(sum(samples(scrape.get(30, TimeUnit.SECONDS)), "sluice_requests_total"))
                .isEqualTo(2);
    }
}
