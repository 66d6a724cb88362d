package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConcurrencyLimitTest {
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> served = new ArrayList<>();
    private final Map<String, Signal> running = new LinkedHashMap<>();
    private final Map<String, TestResponse> answers = new LinkedHashMap<>();
    private int inside;
    private int most;

    /** Answers after a second. */
    private final ProxyHandler slow = request -> {
        served.add(request.target().path());
        most = Math.max(most, ++inside);
        time.advance(Duration.ofSeconds(1));
        inside--;
        return ProxyResponse.of(200, "ok");
    };

    private TestClient client(ProxyFilter limit, ProxyHandler handler) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .addFilter(limit)
                .addRoute("/**", handler)
                .build());
    }

    /** Sends beside the test, which goes on when this one waits. */
    private void send(TestClient client, String path) throws InterruptedException {
        running.put(path, time.start(path, () -> {
            try {
                answers.put(path, client.get(path));
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }));
        time.advance(Duration.ZERO);
    }

    private int status(String path) throws InterruptedException {
        time.await(Objects.requireNonNull(running.get(path)), Long.MAX_VALUE);
        return answer(path).status();
    }

    private TestResponse answer(String path) {
        return Objects.requireNonNull(answers.get(path));
    }

    private interface Work {
        void run() throws Exception;
    }

    private void simulate(Work work) throws Exception {
        time.run(() -> {
            work.run();
            return 0;
        });
    }

    @Test
    void whatFindsNoPlaceIsRefusedAtOnce() throws Exception {
        simulate(() -> {
            TestClient client = client(ConcurrencyLimit.of(2), slow);
            send(client, "/a");
            send(client, "/b");
            TestResponse refused = client.get("/c");
            assertThat(time.nanos()).isZero();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.headers().all("Retry-After")).containsExactly("1");
            assertThat(refused.text()).isEqualTo("429 Too Many Requests: too many requests at once\n");
            assertThat(refused.record().outcome()).isEqualTo(Outcome.OVERLOADED);
            assertThat(refused.record().explain())
                    .contains("too many requests at once: 2 are in progress, by client network /32 or /64");
            assertThat(status("/a") + status("/b")).isEqualTo(400);
            assertThat(client.get("/d").status()).isEqualTo(200);
        });
        assertThat(served).containsExactly("/a", "/b", "/d");
    }

    @Test
    void theQueueIsServedInTheOrderOfArrival() throws Exception {
        simulate(() -> {
            ConcurrencyLimit limit = ConcurrencyLimit.of(1).withQueue(3);
            TestClient client = client(limit, slow);
            for (String path : List.of("/a", "/b", "/c", "/d", "/e")) {
                send(client, path);
            }
            assertThat(limit.waiting()).isEqualTo(3);
            assertThat(status("/e")).isEqualTo(429);
            assertThat(answer("/e").record().explain()).contains("1 are in progress and 3 wait, by client");
            assertThat(status("/d")).isEqualTo(200);
            assertThat(time.nanos()).isEqualTo(4_000_000_000L);
            assertThat(answer("/d").record().explain()).contains("limit: waited 3000 ms for a place");
            assertThat(limit.waiting()).isZero();
        });
        assertThat(served).containsExactly("/a", "/b", "/c", "/d");
        assertThat(most).isEqualTo(1);
    }

    @Test
    void nobodyWaitsLongerThanTheTime() throws Exception {
        simulate(() -> {
            ConcurrencyLimit limit = ConcurrencyLimit.of(1).withQueue(3).withMaxWait(Duration.ofMillis(1_500));
            TestClient client = client(limit, slow);
            for (String path : List.of("/a", "/b", "/c")) {
                send(client, path);
            }
            assertThat(status("/c")).isEqualTo(429);
            assertThat(time.nanos()).isEqualTo(1_500_000_000L);
            assertThat(answer("/c").record().explain()).contains("no place was free within 1500 ms");
            assertThat(status("/b")).isEqualTo(200);
            assertThat(limit.waiting()).isZero();
            assertThat(client.get("/d").status()).isEqualTo(200);
        });
        assertThat(served).containsExactly("/a", "/b", "/d");
    }

    @Test
    void aPlaceIsKeptUntilTheEndOfTheBody() throws Exception {
        simulate(() -> {
            Exchange exchange = TestExchange.begin(time);
            ConcurrencyLimit limit = ConcurrencyLimit.of(1);
            ProxyHandler handler = request -> ProxyResponse.builder(200)
                    .body(Body.of(new ByteArrayInputStream(new byte[9]), 9))
                    .build();
            limit.filter(request(exchange), handler);
            assertThatThrownBy(() -> limit.filter(request(TestExchange.begin(time)), handler))
                    .isInstanceOf(ProxyException.class);
            exchange.end(Outcome.COMPLETED);
            assertThat(limit.filter(request(TestExchange.begin(time)), handler).status())
                    .isEqualTo(200);
        });
    }

    @Test
    void aFailureGivesThePlaceBackAtOnce() throws Exception {
        simulate(() -> {
            Exchange exchange = TestExchange.begin(time);
            ConcurrencyLimit limit = ConcurrencyLimit.of(1);
            ProxyHandler failing = request -> {
                throw new IOException("broken");
            };
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> limit.filter(request(exchange), failing))
                        .hasMessage("broken");
            }
            exchange.end(Outcome.FAILED);
        });
    }

    private static ProxyRequest request(Exchange exchange) {
        return TestExchange.request(exchange, "GET", "/");
    }

    @Test
    void eachKeyHasItsOwnPlacesAndItsOwnQueue() throws Exception {
        simulate(() -> {
            TestClient client =
                    client(ConcurrencyLimit.of(1).withKey(RequestKey.path()).withQueue(1), slow);
            send(client, "/a");
            send(client, "/b");
            assertThat(served).containsExactly("/a", "/b");
            assertThat(status("/a") + status("/b")).isEqualTo(400);
            assertThat(time.nanos()).isEqualTo(1_000_000_000L);
        });
    }

    @Test
    void byItsRouteItIsABulkhead() throws Exception {
        simulate(() -> {
            ConcurrencyLimit limit =
                    ConcurrencyLimit.of(1).withKey(RequestKey.route()).withStatus(503);
            TestClient client = TestClient.of(Pipeline.builder()
                    .time(time)
                    .addRoute(Route.path("/a").addFilter(limit).to(slow))
                    .addRoute(Route.path("/b").addFilter(limit).to(slow))
                    .build());
            send(client, "/a");
            send(client.from(new InetSocketAddress("192.0.2.1", 1)), "/b");
            assertThat(served).containsExactly("/a", "/b");
            assertThat(client.from(new InetSocketAddress("192.0.2.2", 1))
                            .get("/a")
                            .status())
                    .isEqualTo(503);
        });
    }

    @Test
    void aRequestWithoutAKeyIsCountedOrLetThrough() throws Exception {
        simulate(() -> {
            ConcurrencyLimit limit = ConcurrencyLimit.of(1).withKey(RequestKey.header("Api-Key"));
            TestClient client = client(limit, slow);
            send(client, "/a");
            assertThat(client.get("/b").status()).isEqualTo(429);
            TestClient open = client(limit.withNoKey(NoKey.UNLIMITED), slow);
            send(open, "/c");
            assertThat(open.get("/d").status()).isEqualTo(200);
            assertThat(client(limit.withNoKey(NoKey.REFUSED), slow).get("/e").status())
                    .isEqualTo(403);
        });
    }

    @Test
    void thoseThatWaitLeaveRoomForOtherRoutes() throws Exception {
        simulate(() -> {
            ConcurrencyLimit limit = ConcurrencyLimit.of(1).withQueue(100);
            TestClient client = TestClient.of(Pipeline.builder()
                    .time(time)
                    .limits(Limits.builder()
                            .exchanges(10)
                            .clientShare(1)
                            .waitingShare(0.2)
                            .build())
                    .addRoute(Route.path("/slow/**").addFilter(limit).to(slow))
                    .addRoute("/**", slow)
                    .build());
            for (int i = 0; i < 4; i++) {
                send(client, "/slow/" + i);
            }
            assertThat(limit.waiting()).isEqualTo(2);
            assertThat(status("/slow/3")).isEqualTo(429);
            assertThat(answer("/slow/3").record().explain())
                    .contains("2 requests wait for this limit, its share of limit exchanges");
            assertThat(client.get("/other").status()).isEqualTo(200);
        });
    }

    @Test
    void aroundAnUpstreamItCountsAttempts() throws Exception {
        simulate(() -> {
            FakeUpstream origin = FakeUpstream.named("origin").answer(slow);
            TestClient client = TestClient.of(Pipeline.builder()
                    .time(time)
                    .addRoute("/**", origin.with(ConcurrencyLimit.of(1)))
                    .build());
            send(client, "/a");
            assertThat(client.get("/b").status()).isEqualTo(429);
            assertThat(status("/a")).isEqualTo(200);
            assertThat(client.get("/c").status()).isEqualTo(200);
        });
    }

    @Test
    void badOptionsAreRefusedWithTheirNameAndValue() {
        ConcurrencyLimit limit = ConcurrencyLimit.of(1);
        assertThatThrownBy(() -> ConcurrencyLimit.of(0)).hasMessage("concurrency limit must be positive: 0");
        assertThatThrownBy(() -> limit.withQueue(-1)).hasMessage("concurrency limit queue must be at least 0: -1");
        assertThatThrownBy(() -> limit.withMaxWait(Duration.ZERO))
                .hasMessage("concurrency limit maxWait must be above 0 and at most 1 day: 0 s");
        assertThatThrownBy(() -> limit.withStatus(200)).hasMessage("concurrency limit status must be 400 to 599: 200");
        assertThatThrownBy(() -> limit.withKey(null)).hasMessage("key");
        assertThatThrownBy(() -> limit.withNoKey(null)).hasMessage("without key");
        assertThat(limit.withQueue(7)).hasToString("ConcurrencyLimit[1 at once by client network /32 or /64, 7 wait]");
    }
}
