package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ClosedTunnel;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.scope.Places;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AdaptiveLimitTest {
    private static final long SECOND = 1_000_000_000;

    private final SimulatedTime time = new SimulatedTime();
    private final Set<Integer> statuses = new TreeSet<>();

    /** A server with ten slots, and a queue without a bound before them. */
    private final Places slots = new Places(
            () -> 10, Integer.MAX_VALUE, Duration.ofDays(1), why -> ProxyException.refused(Outcome.OVERLOADED, why));

    private Duration service = Duration.ofMillis(10);

    private final ProxyHandler server = request -> slots.around(
            "",
            request,
            inSlot -> {
                time.advance(service);
                return ProxyResponse.of(200);
            },
            Integer.MAX_VALUE);

    private TestClient client(AdaptiveLimit limit, ProxyHandler handler) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.any().addFilter(limit).to(handler))
                .build());
    }

    /** Sixty clients ask as often as they can, and pause after a refusal. */
    private List<Signal> load(TestClient client, long untilNanos) {
        List<Signal> done = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            done.add(time.start("client", () -> {
                try {
                    while (time.nanos() < untilNanos) {
                        int status = client.get("/").status();
                        statuses.add(status);
                        time.advance(status == 200 ? Duration.ZERO : Duration.ofMillis(20));
                    }
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            }));
        }
        return done;
    }

    private void await(List<Signal> done) throws InterruptedException {
        for (Signal each : done) {
            time.await(each, Long.MAX_VALUE);
        }
    }

    @Test
    void theLimitFollowsWhatTheServerCanDo() throws Exception {
        AdaptiveLimit limit = AdaptiveLimit.between(3, 200);
        time.run(() -> {
            TestClient client = client(limit, server);
            for (int i = 0; i < 30; i++) {
                client.get("/");
            }
            List<Signal> done = load(client, 20 * SECOND);
            time.advance(Duration.ofSeconds(10));
            // Ten slots and a quarter, and a queue of the square root of that.
            assertThat(limit.limit()).isBetween(10, 22);
            service = Duration.ofMillis(40);
            int lowest = limit.limit();
            for (int i = 0; i < 100; i++) {
                time.advance(Duration.ofMillis(20));
                lowest = Math.min(lowest, limit.limit());
            }
            assertThat(lowest).isBetween(3, 8);
            await(done);
            return 0;
        });
        assertThat(statuses).containsExactly(200, 503);
    }

    @Test
    void aRefusalIsQuickAndSaysWhenToComeAgain() throws Exception {
        time.run(() -> {
            TestClient client = client(AdaptiveLimit.between(1, 1), server);
            Signal first = time.start("first", () -> {
                try {
                    statuses.add(client.get("/").status());
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            time.advance(Duration.ZERO);
            TestResponse refused = client.get("/");
            assertThat(time.nanos()).isZero();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.headers().all("Retry-After")).containsExactly("1");
            assertThat(refused.record().explain())
                    .contains("too many requests at once: 1 are in progress (adaptive limit)");
            return time.await(first, Long.MAX_VALUE);
        });
        assertThat(statuses).containsExactly(200);
    }

    @Test
    void withAQueueClientsWaitInsteadOfBeingRefused() throws Exception {
        AdaptiveLimit limit = AdaptiveLimit.between(3, 200).withQueue(60).withMaxWait(Duration.ofSeconds(9));
        time.run(() -> {
            List<Signal> done = load(client(limit, server), 2 * SECOND);
            time.advance(Duration.ofSeconds(1));
            assertThat(limit.waiting()).isBetween(20, 57);
            await(done);
            return 0;
        });
        assertThat(statuses).containsExactly(200);
    }

    @ParameterizedTest
    @CsvSource({"HEAD_TIMEOUT, 18", "CONNECT_TIMEOUT, 18", "OVERLOADED, 18", "REFUSED, 20", "HEAD_FAILED, 20"})
    void aRequestThatAnOverloadedServerDroppedLowersIt(Outcome outcome, int after) throws Exception {
        AdaptiveLimit limit = AdaptiveLimit.between(3, 200);
        time.run(() -> {
            time.advance(Duration.ofSeconds(1));
            return 0;
        });
        client(limit, request -> {
                    throw new ProxyException(outcome, Delivery.SENT_UNKNOWN, "no answer");
                })
                .get("/");
        assertThat(limit.limit()).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource({"503, 18", "429, 18", "500, 20", "200, 20", "404, 20"})
    void anAnswerThatSaysBusyLowersIt(int status, int after) throws Exception {
        AdaptiveLimit limit = AdaptiveLimit.between(3, 200);
        time.run(() -> {
            time.advance(Duration.ofSeconds(1));
            return 0;
        });
        client(limit, request -> ProxyResponse.of(status)).get("/");
        assertThat(limit.limit()).isEqualTo(after);
    }

    @Test
    void aTunnelGivesItsPlaceBackWhenItOpens() throws Exception {
        AdaptiveLimit limit = AdaptiveLimit.between(1, 1);
        ProxyHandler switching = request -> ProxyResponse.builder(101)
                .tunnel(new ClosedTunnel("chat", () -> {}))
                .build();
        for (int i = 0; i < 3; i++) {
            assertThat(limit.filter(TestExchange.request("GET", "/"), switching).status())
                    .isEqualTo(101);
        }
    }

    @Test
    void badOptionsAreRefusedWithTheirNameAndValue() {
        AdaptiveLimit limit = AdaptiveLimit.between(1, 9);
        assertThatThrownBy(() -> AdaptiveLimit.between(0, 9)).hasMessage("adaptive limit min must be positive: 0");
        assertThatThrownBy(() -> AdaptiveLimit.between(9, 8)).hasMessage("adaptive limit max must be at least 9: 8");
        assertThatThrownBy(() -> limit.withTolerance(-1)).hasMessage("adaptive limit tolerance must be 0 to 10: -1.0");
        assertThatThrownBy(() -> limit.withQueue(-1)).hasMessage("adaptive limit queue must be at least 0: -1");
        assertThatThrownBy(() -> limit.withMaxWait(Duration.ZERO))
                .hasMessage("adaptive limit maxWait must be above 0 and at most 1 day: 0 s");
        assertThat(limit).hasToString("AdaptiveLimit[1 to 9, now 9]");
    }
}
