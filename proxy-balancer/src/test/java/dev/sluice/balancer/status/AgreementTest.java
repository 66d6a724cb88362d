package dev.sluice.balancer.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolMetrics;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.internal.Words;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.metrics.ExchangeMetrics;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.gateway.Answer;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import dev.sluice.proxy.testing.gateway.RequestMatch;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Traffic with faults: the page, the metrics and the sum of the records say the same, for each number that they share. */
class AgreementTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeGateway gateway = FakeGateway.withoutSocket();
    private final MetricsRegistry metrics = MetricsRegistry.create();
    private final RecordingListener records = new RecordingListener();
    private final Cache cache =
            Cache.builder().name("pages").memoryBytes(1_000_000).time(time).build();
    private final UpstreamPool pool = UpstreamPool.builder()
            .name("shop")
            .time(time)
            .strategy(Strategies.roundRobin())
            .retry(RetryPolicy.builder().maxAttempts(3).build())
            .addMember(Member.of(gateway.upstream("a")))
            .addMember(Member.of(gateway.upstream("b")))
            .addMember(Member.of(gateway.upstream("c")))
            .build();
    private final StatusPage page =
            StatusPage.builder().time(time).addPool(pool).addCache(cache).build();
    private final StatusViewer viewer = StatusViewer.of(page);

    @BeforeEach
    void traffic() throws Exception {
        gateway.on("/**").answers(Answer.ok("hello"));
        gateway.on("/cached/{id}").answers(Answer.ok("kept").header("Cache-Control", "max-age=60"));
        gateway.on(RequestMatch.of("/shop/**").header("Host", "b.test"))
                .rotates(Answer.of(503), Answer.ok("0123456789").with(Fault.RESET.inBody(4)), Answer.ok("b"));
        gateway.on(RequestMatch.of("/shop/**").header("Host", "c.test"))
                .rotates(
                        Answer.ok("c").with(Fault.RESET),
                        Answer.ok("slow").delay(Duration.ofSeconds(40)),
                        Answer.ok("c"));
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .addListener(records)
                .addListener(ExchangeMetrics.of(metrics))
                .addRoute(Route.path("/forbidden").to(request -> ProxyResponse.of(403, "no")))
                .addRoute(Route.path("/broken").to(request -> {
                    throw new IllegalStateException("a fault of a handler");
                }))
                .addRoute(Route.path("/cached/**")
                        .cache(cache, CacheRules.DEFAULT)
                        .to(pool))
                .addRoute(Route.path("/shop/**")
                        .timeouts(
                                Timeouts.builder().head(Duration.ofSeconds(20)).build())
                        .to(pool))
                .build();
        page.watch("test", pipeline);
        PoolMetrics.read(metrics, pool);
        TestClient client = TestClient.of(pipeline);
        Random random = new Random(42);
        List<String> paths =
                List.of("/shop/1", "/shop/2", "/shop/3", "/cached/1", "/cached/2", "/forbidden", "/broken", "/gone");
        for (int i = 0; i < 400; i++) {
            String path = paths.get(random.nextInt(paths.size()));
            boolean post = random.nextInt(4) == 0;
            time.run(() -> post ? client.post(path, "body") : client.get(path));
            time.run(() -> {
                time.await(new Signal(), time.deadline(Duration.ofMillis(300)));
                return null;
            });
        }
    }

    @AfterEach
    void close() {
        page.close();
        pool.close();
        cache.close();
        gateway.close();
    }

    private List<ExchangeRecord> ofClients() {
        return records.records().stream().filter(ExchangeRecord::isClients).toList();
    }

    private List<AttemptRecord> attempts() {
        return records.records().stream()
                .flatMap(record -> record.attempts().stream())
                // One that fills a cache is in the record of the request that it was made for, too.
                .distinct()
                .toList();
    }

    private static <T> Map<String, Double> counted(List<T> all, Function<T, String> by) {
        return all.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.summingDouble(each -> 1)));
    }

    /** What a meter has counted, by one of its labels. */
    private Map<String, Double> metric(String name, String label) {
        Map<String, Double> sums = new TreeMap<>();
        metrics.prometheus().lines().filter(line -> line.startsWith(name + '{')).forEach(line -> {
            String key = line.replaceAll(".*[{,]" + label + "=\"([^\"]*)\".*", "$1");
            double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            if (value != 0) {
                sums.merge(key, value, Double::sum);
            }
        });
        return sums;
    }

    private static double sum(Map<String, Double> of) {
        return of.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static Map<String, Object> sorted(Map<String, Object> of) {
        return new TreeMap<>(of);
    }

    private static String statusClass(int status) {
        return status == 0 ? "none" : status / 100 + "xx";
    }

    private static boolean failed(ExchangeRecord record) {
        return record.status() >= 500 || record.outcome().status() >= 500;
    }

    @Test
    void theTrafficIsWorthIt() {
        assertThat(counted(ofClients(), record -> record.outcome().name()))
                .containsKeys("COMPLETED", "NO_ROUTE", "FAILED")
                .hasSizeGreaterThan(4);
        assertThat(attempts().size()).isGreaterThan(ofClients().size() / 2);
        assertThat(ofClients()).anyMatch(record -> record.attemptCount() > 1);
    }

    @Test
    void requestsAgree() throws Exception {
        Map<String, Object> shown = viewer.part("traffic");

        Map<String, Double> outcomes = counted(ofClients(), record -> Words.of(record.outcome()));
        assertThat(sorted(StatusViewer.members(shown, "outcomes"))).isEqualTo(outcomes);
        assertThat(metric("sluice_requests_total", "outcome")).isEqualTo(outcomes);

        Map<String, Double> statuses = counted(ofClients(), record -> statusClass(record.status()));
        assertThat(sorted(StatusViewer.members(shown, "statuses"))).isEqualTo(statuses);
        assertThat(metric("sluice_requests_total", "status")).isEqualTo(statuses);

        assertThat(shown).containsEntry("requests", (double) ofClients().size());
        assertThat(shown).containsEntry("failed", (double)
                ofClients().stream().filter(AgreementTest::failed).count());
    }

    @Test
    void bytesAgree() throws Exception {
        double sent =
                ofClients().stream().mapToLong(ExchangeRecord::responseBytes).sum();
        double received =
                ofClients().stream().mapToLong(ExchangeRecord::requestBytes).sum();
        assertThat(viewer.part("traffic")).containsEntry("responseBytes", sent).containsEntry("requestBytes", received);
        assertThat(sum(metric("sluice_response_body_bytes_total", "route"))).isEqualTo(sent);
        assertThat(sum(metric("sluice_request_body_bytes_total", "route"))).isEqualTo(received);
        assertThat(sent).isPositive();
        assertThat(received).isPositive();
    }

    @Test
    void routesAgree() throws Exception {
        Map<String, Double> routes = counted(ofClients(), record -> record.route() == null ? "none" : record.route());
        Map<String, Object> shown = new TreeMap<>();
        for (Map<String, Object> route : StatusViewer.list(viewer.state(), "routes")) {
            shown.put(String.valueOf(route.get("name")), route.get("requests"));
            double byStatus = StatusViewer.members(route, "statuses").values().stream()
                    .mapToDouble(each -> (Double) each)
                    .sum();
            assertThat(route.get("requests")).isEqualTo(byStatus);
        }
        assertThat(shown).isEqualTo(routes);
        assertThat(metric("sluice_requests_total", "route")).isEqualTo(routes);
    }

    @Test
    void attemptsAgree() throws Exception {
        Predicate<AttemptRecord> fails = attempt -> attempt.outcome().blamesUpstream();
        assertThat(viewer.part("traffic"))
                .containsEntry("attempts", (double) attempts().size())
                .containsEntry("attemptsFailed", (double)
                        attempts().stream().filter(fails).count());
        Map<String, Double> outcomes = counted(attempts(), attempt -> Words.of(attempt.outcome()));
        assertThat(metric("sluice_attempts_total", "outcome")).isEqualTo(outcomes);
        assertThat(outcomes).containsKey("head_failed");
    }

    @Test
    void membersAgree() throws Exception {
        Map<String, Double> members = counted(attempts(), AttemptRecord::upstream);
        Map<String, Object> shown = new TreeMap<>();
        Map<String, Object> shownFailures = new TreeMap<>();
        for (Map<String, Object> member : StatusViewer.list(viewer.named("pools", "shop"), "members")) {
            shown.put(String.valueOf(member.get("id")), member.get("requests"));
            if (!member.get("failures").equals(0.0)) {
                shownFailures.put(String.valueOf(member.get("id")), member.get("failures"));
            }
        }
        assertThat(shown).isEqualTo(members);
        assertThat(metric("sluice_member_requests_total", "member")).isEqualTo(members);
        assertThat(metric("sluice_member_failures_total", "member")).isEqualTo(shownFailures);
    }

    @Test
    void cachesAgree() throws Exception {
        List<CacheUse> uses = ofClients().stream()
                .filter(record -> record.cache() != null)
                .map(ExchangeRecord::cache)
                .toList();
        Map<String, Object> shown = viewer.named("caches", "pages");
        Map<String, Double> counted = metric("sluice_cache_requests_total", "result");
        assertThat(sum(counted)).isEqualTo(uses.size());
        assertThat(counted.get("hit")).isEqualTo(shown.get("hits")).isPositive();
        double forwards = StatusViewer.members(shown, "forwards").values().stream()
                .mapToDouble(each -> (Double) each)
                .sum();
        assertThat((Double) shown.get("hits") + forwards).isEqualTo(uses.size());
    }

    @Test
    void failuresAgree() throws Exception {
        List<ExchangeRecord> failures =
                ofClients().stream().filter(AgreementTest::failed).toList();
        List<Map<String, Object>> shown = StatusViewer.list(viewer.state(), "failures");
        assertThat(failures).hasSizeGreaterThan(LastFailures.MOST);
        assertThat(shown).hasSize(LastFailures.MOST);
        assertThat(shown.get(0))
                .containsEntry(
                        "explain", failures.get(failures.size() - 1).explain().stripTrailing())
                .containsEntry(
                        "outcome", Words.of(failures.get(failures.size() - 1).outcome()));
        assertThat(Outcome.valueOf(String.valueOf(shown.get(49).get("outcome")).toUpperCase(Locale.ROOT)))
                .isEqualTo(failures.get(failures.size() - 50).outcome());
    }
}
