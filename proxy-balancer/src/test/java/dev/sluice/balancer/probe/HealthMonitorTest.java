package dev.sluice.balancer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.time.WithoutThreads;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthMonitorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream upstream = FakeUpstream.named("a").answer(200, "fine");
    private final List<String> changes = new ArrayList<>();

    @Test
    void anUpstreamIsUpBeforeTheFirstProbe() throws Exception {
        run(steady(), monitor -> {
            assertThat(monitor.up()).isTrue();
            assertThat(monitor.lastProbe()).isEmpty();
        });
    }

    @Test
    void aProbeIsAGetThroughTheUpstreamItself() throws Exception {
        run(steady(), monitor -> {
            time.advance(Duration.ZERO);
            assertThat(upstream.requests()).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("GET");
                assertThat(request.target()).hasToString("/health?deep=1");
                assertThat(request.target().authority()).hasToString("a.test:80");
            });
            assertThat(monitor.lastProbe())
                    .contains(new HealthCheck.Result(true, "status 200", Instant.parse("2026-01-01T00:00:00Z"), 0));
        });
    }

    @Test
    void threeFailuresTakeAnUpstreamDownAndTwoPassesBringItUp() throws Exception {
        run(steady(), monitor -> {
            time.advance(SECOND);
            upstream.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            time.advance(Duration.ofMillis(5_999));
            assertThat(monitor.up()).isTrue();
            time.advance(Duration.ofMillis(1));
            assertThat(monitor.up()).isFalse();
            upstream.answer(200, "fine");
            time.advance(Duration.ofSeconds(5));
            assertThat(monitor.up()).isFalse();
            time.advance(SECOND);
            assertThat(monitor.up()).isTrue();
        });
        assertThat(changes)
                .containsExactly(
                        "false: 3 probes in a row failed, last: upstream a was told to fail with CONNECT_FAILED",
                        "true: 2 probes in a row passed, last: status 200");
    }

    @Test
    void probesAreFasterOnlyWhileResultsDisagreeWithTheState() throws Exception {
        List<Long> begun = new ArrayList<>();
        upstream.answer(request -> {
            long seconds = time.nanos() / SECOND.toNanos();
            begun.add(seconds);
            return ProxyResponse.of(seconds >= 10 && seconds < 30 ? 500 : 200);
        });
        run(steady(), monitor -> time.advance(Duration.ofSeconds(43)));
        assertThat(begun).containsExactly(0L, 5L, 10L, 11L, 12L, 17L, 22L, 27L, 32L, 33L, 38L, 43L);
    }

    @Test
    void theFastIntervalCanBeSet() throws Exception {
        upstream.answer(500, "ill");
        HealthCheck check = HealthCheck.http("/")
                .fastInterval(Duration.ofMillis(100))
                .jitter(0)
                .build();
        run(check, monitor -> {
            time.advance(Duration.ofMillis(199));
            assertThat(monitor.up()).isTrue();
            time.advance(Duration.ofMillis(1));
            assertThat(monitor.up()).isFalse();
        });
    }

    @Test
    void anUpstreamThatBeginsDownIsUpAfterTheFirstPass() throws Exception {
        upstream.answer(500, "ill");
        run(HealthCheck.http("/").beginsUp(false).jitter(0).build(), monitor -> {
            assertThat(monitor.up()).isFalse();
            assertThat(monitor.starting()).isTrue();
            time.advance(Duration.ofSeconds(60));
            assertThat(upstream.requests()).hasSize(61);
            assertThat(changes).isEmpty();
            upstream.answer(200, "fine");
            time.advance(SECOND);
            assertThat(monitor.up()).isTrue();
            assertThat(monitor.starting()).isFalse();
        });
        assertThat(changes).containsExactly("true: a probe passed for the first time: status 200");
    }

    @Test
    void failuresWithinTheGraceDoNotCount() throws Exception {
        upstream.answer(500, "ill");
        run(HealthCheck.http("/").grace(Duration.ofSeconds(30)).jitter(0).build(), monitor -> {
            time.advance(Duration.ofMillis(31_999));
            assertThat(monitor.up()).isTrue();
            time.advance(Duration.ofMillis(1));
            assertThat(monitor.up()).isFalse();
        });
    }

    @Test
    void theFirstPassEndsTheGrace() throws Exception {
        run(HealthCheck.http("/").grace(Duration.ofSeconds(30)).jitter(0).build(), monitor -> {
            time.advance(SECOND);
            upstream.answer(500, "ill");
            time.advance(Duration.ofSeconds(6));
            assertThat(monitor.up()).isFalse();
        });
    }

    @Test
    void probesAtAnotherPortUseASeparateUpstreamThatIsClosedWithTheMonitor() throws Exception {
        FakeUpstream admin = FakeUpstream.named("admin");
        List<URI> places = new ArrayList<>();
        time.run(() -> {
            HealthMonitor monitor = HealthMonitor.start(
                    upstream,
                    HealthCheck.http("/health").port(9000).scheme("https").build(),
                    time,
                    new SplittableRandom(7),
                    (up, why) -> {},
                    uri -> {
                        places.add(uri);
                        return admin;
                    });
            time.advance(SECOND);
            assertThat(places).containsExactly(URI.create("https://a.test:9000"));
            assertThat(admin.requests()).hasSize(1);
            assertThat(upstream.requests()).isEmpty();
            monitor.close();
            time.advance(Duration.ZERO);
            assertThat(admin.closed()).isTrue();
            assertThat(upstream.closed()).isFalse();
            return null;
        });
    }

    @Test
    void aPassRestartsTheCount() throws Exception {
        AtomicInteger probes = new AtomicInteger();
        upstream.answer(request -> ProxyResponse.of(probes.getAndIncrement() % 3 == 0 ? 200 : 500));
        run(steady(), monitor -> time.advance(Duration.ofMinutes(2)));
        assertThat(probes).hasValueGreaterThan(30);
        assertThat(changes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"200, true", "204, true", "302, true", "399, true", "400, false", "404, false", "503, false"})
    void statusesFrom200To399Pass(int status, boolean passed) throws Exception {
        upstream.answer(request -> ProxyResponse.of(status));
        run(steady(), monitor -> {
            time.advance(Duration.ZERO);
            assertThat(monitor.lastProbe().orElseThrow().passed()).isEqualTo(passed);
        });
    }

    @Test
    void theExpectedStatusesCanBeSet() throws Exception {
        upstream.answer(404, "as it should be");
        run(HealthCheck.http("/").addStatusRange(404, 404).jitter(0).build(), monitor -> {
            time.advance(Duration.ZERO);
            assertThat(monitor.lastProbe().orElseThrow().passed()).isTrue();
        });
    }

    @Test
    void noAnswerInTimeIsAFailureAndTheProbeIsBrokenOff() throws Exception {
        upstream.hang();
        run(steady(), monitor -> {
            time.advance(Duration.ofMillis(1_999));
            assertThat(monitor.lastProbe()).isEmpty();
            time.advance(Duration.ofMillis(1));
            HealthCheck.Result result = monitor.lastProbe().orElseThrow();
            assertThat(result.passed()).isFalse();
            assertThat(result.detail()).isEqualTo("no answer within 2 s");
            assertThat(result.tookNanos()).isEqualTo(Duration.ofSeconds(2).toNanos());
        });
    }

    @Test
    void aBodyThatBreaksOffIsAFailure() throws Exception {
        upstream.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(new BrokenStream(), Body.UNKNOWN))
                .build());
        run(steady(), monitor -> {
            time.advance(Duration.ZERO);
            assertThat(monitor.lastProbe().orElseThrow().passed()).isFalse();
            assertThat(monitor.lastProbe().orElseThrow().detail()).isEqualTo("broken off");
        });
    }

    @Test
    void aBodyWithoutEndIsNotReadToItsEnd() throws Exception {
        upstream.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(new EndlessStream(), Body.UNKNOWN))
                .build());
        run(steady(), monitor -> {
            time.advance(Duration.ZERO);
            assertThat(monitor.lastProbe().orElseThrow().passed()).isTrue();
        });
    }

    @Test
    void aThrowingUpstreamIsAFailureAndProbingContinues() throws Exception {
        upstream.answer(request -> {
            throw new IllegalStateException("bug");
        });
        run(steady(), monitor -> {
            time.advance(Duration.ofSeconds(11));
            assertThat(monitor.up()).isFalse();
        });
    }

    @Test
    void probingContinuesIfAProbeCannotBeStarted() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        TimeSource exhausted = WithoutThreads.on(time, name -> failures.getAndDecrement() > 0);
        time.run(() -> {
            try (HealthMonitor monitor =
                    HealthMonitor.start(upstream, steady(), exhausted, new SplittableRandom(7), (up, why) -> {})) {
                time.advance(Duration.ofSeconds(5));
                assertThat(monitor.lastProbe()).isPresent();
            }
            return null;
        });
    }

    @Test
    void probesNeverOverlap() throws Exception {
        List<String> log = new ArrayList<>();
        upstream.answer(request -> {
            log.add("begin");
            time.await(new Signal(), time.deadline(Duration.ofSeconds(7)));
            log.add("end");
            return ProxyResponse.of(200);
        });
        run(HealthCheck.http("/").timeout(Duration.ofSeconds(9)).jitter(0).build(), monitor -> {
            time.advance(Duration.ofSeconds(15));
            assertThat(log).containsExactly("begin", "end", "begin", "end", "begin");
        });
    }

    @Test
    void intervalsDifferByTheJitter() throws Exception {
        List<Long> begun = new ArrayList<>();
        upstream.answer(request -> {
            begun.add(time.nanos());
            return ProxyResponse.of(200);
        });
        run(HealthCheck.http("/").build(), monitor -> time.advance(Duration.ofSeconds(500)));
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < begun.size(); i++) {
            gaps.add(begun.get(i) - begun.get(i - 1));
        }
        assertThat(begun.get(0)).isBetween(1L, 500_000_000L);
        assertThat(gaps).allMatch(gap -> gap >= 4_500_000_000L && gap <= 5_500_000_000L);
        assertThat(gaps.stream().distinct().count()).isEqualTo(gaps.size());
        assertThat(gaps.stream().mapToLong(gap -> gap).average().orElseThrow()).isCloseTo(5e9, within(1.5e8));
    }

    @Test
    void aClosedMonitorProbesNoMoreAndBreaksOffTheProbeThatRuns() throws Exception {
        upstream.hang();
        run(HealthCheck.http("/").fall(1).jitter(0).build(), monitor -> {
            time.advance(SECOND);
            monitor.close();
            time.advance(Duration.ofMinutes(1));
            assertThat(upstream.requests()).hasSize(1);
            assertThat(upstream.closed()).isFalse();
            assertThat(monitor.lastProbe()).isEmpty();
        });
        assertThat(changes).isEmpty();
    }

    private static HealthCheck steady() {
        return HealthCheck.http("/health?deep=1").jitter(0).build();
    }

    private void run(HealthCheck check, Script script) throws Exception {
        time.run(() -> {
            try (HealthMonitor monitor = HealthMonitor.start(
                    upstream, check, time, new SplittableRandom(7), (up, why) -> changes.add(up + ": " + why))) {
                script.run(monitor);
            }
            return null;
        });
    }

    private interface Script {
        void run(HealthMonitor monitor) throws Exception;
    }

    private static final class BrokenStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("broken off");
        }
    }

    private static final class EndlessStream extends InputStream {
        @Override
        public int read() {
            return 'x';
        }
    }
}
