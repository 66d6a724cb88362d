package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BandwidthTest {
    private static final byte[] HUNDRED_KB = new byte[100_000];

    private final SimulatedTime time = new SimulatedTime();
    private final List<Long> ends = new ArrayList<>();

    private final ProxyHandler download = request -> ProxyResponse.builder(200)
            .body(Body.of(new ByteArrayInputStream(HUNDRED_KB), Body.UNKNOWN))
            .build();

    private TestClient client(Bandwidth bandwidth, ProxyHandler handler) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .addFilter(bandwidth)
                .addRoute("/**", handler)
                .build());
    }

    private static TestClient at(TestClient client, String address) {
        return client.from(new InetSocketAddress(address, 1));
    }

    private double seconds() {
        return time.nanos() / 1e9;
    }

    private void all(List<Callable<TestResponse>> calls) throws Exception {
        List<Signal> done = new ArrayList<>();
        for (Callable<TestResponse> each : calls) {
            done.add(time.start("client", () -> {
                try {
                    TestResponse response = each.call();
                    assertThat(response.status()).isEqualTo(200);
                    assertThat(response.failure()).isNull();
                    ends.add(time.nanos() / 1_000_000);
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            }));
        }
        for (Signal each : done) {
            time.await(each, Long.MAX_VALUE);
        }
    }

    private <T> T simulate(Callable<T> work) throws Exception {
        return time.run(work);
    }

    @Test
    void aDownloadHasTheRate() throws Exception {
        TestResponse response =
                simulate(() -> client(Bandwidth.perSecond(10_000), download).get("/"));
        assertThat(response.body()).hasSize(100_000);
        assertThat(seconds()).isBetween(9.8, 10.0);
    }

    @Test
    void anUploadHasTheRateAndEachDirectionItsOwn() throws Exception {
        ProxyHandler echo = request -> ProxyResponse.builder(200)
                .body(Body.of(request.body().readAll(1_000_000)))
                .build();
        TestResponse response = simulate(() -> client(Bandwidth.perSecond(10_000), echo)
                .send("POST", "/", request -> request.body(Body.of(new ByteArrayInputStream(HUNDRED_KB), 100_000))));
        assertThat(response.body()).hasSize(100_000);
        assertThat(seconds()).isBetween(19.6, 20.0);
    }

    @Test
    void whatIsSmallIsNotDelayedAndALongPauseGivesNoMoreThanTheBurst() throws Exception {
        simulate(() -> {
            TestClient client = client(
                    Bandwidth.perSecond(10_000).withBurst(50_000),
                    request ->
                            ProxyResponse.builder(200).body(Body.of(HUNDRED_KB)).build());
            time.advance(java.time.Duration.ofHours(1));
            long begin = time.nanos();
            client.get("/");
            assertThat((time.nanos() - begin) / 1e9).isBetween(4.9, 5.0);
            return 0;
        });
    }

    @Test
    void theExchangesOfAClientShareItsRateEvenly() throws Exception {
        simulate(() -> {
            TestClient client = client(Bandwidth.perSecond(100_000), download);
            List<Callable<TestResponse>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(() -> client.get("/"));
            }
            all(calls);
            return 0;
        });
        assertThat(ends).hasSize(10).allSatisfy(end -> assertThat(end).isBetween(8_500L, 10_000L));
    }

    @Test
    void manyShortRequestsHaveNoMoreThanALongOne() throws Exception {
        simulate(() -> {
            TestClient client =
                    client(Bandwidth.perSecond(10_000), request -> ProxyResponse.of(200, "x".repeat(1_000)));
            for (int i = 0; i < 100; i++) {
                client.get("/");
            }
            return 0;
        });
        assertThat(seconds()).isBetween(9.7, 10.1);
    }

    @Test
    void eachClientHasItsOwnRateOrAllHaveThatOfTheRoute() throws Exception {
        simulate(() -> {
            TestClient client = client(Bandwidth.perSecond(10_000), download);
            all(List.of(
                    () -> at(client, "192.0.2.1").get("/"),
                    () -> at(client, "192.0.2.2").get("/")));
            return 0;
        });
        assertThat(seconds()).isBetween(9.8, 10.0);
        double before = seconds();
        simulate(() -> {
            TestClient client = client(Bandwidth.perSecond(10_000).withKey(RequestKey.host()), download);
            all(List.of(
                    () -> at(client, "192.0.2.1").get("/"),
                    () -> at(client, "192.0.2.2").get("/")));
            return 0;
        });
        assertThat(seconds() - before).isBetween(19.6, 20.0);
    }

    @Test
    void withoutAKeyNothingIsDelayedIfYouSaySo() throws Exception {
        Bandwidth bandwidth =
                Bandwidth.perSecond(1_000).withKey(RequestKey.header("Api-Key")).withNoKey(NoKey.UNLIMITED);
        simulate(() -> client(bandwidth, download).get("/"));
        assertThat(time.nanos()).isZero();
    }

    @Test
    void whoLeavesWaitsNoLonger() throws Exception {
        simulate(() -> {
            Exchange exchange = TestExchange.begin(time);
            ProxyResponse response =
                    Bandwidth.perSecond(100).filter(TestExchange.request(exchange, "GET", "/"), download);
            Signal ended = time.start("reader", () -> {
                assertThatThrownBy(() -> response.body().readAll(1_000_000))
                        .isInstanceOfSatisfying(
                                ProxyException.class,
                                failure -> assertThat(failure.outcome()).isEqualTo(Outcome.CLIENT_LEFT));
                ends.add(time.nanos());
            });
            time.advance(java.time.Duration.ofSeconds(3));
            exchange.cancel(Outcome.CLIENT_LEFT);
            time.await(ended, Long.MAX_VALUE);
            return 0;
        });
        assertThat(ends).containsExactly(3_000_000_000L);
    }

    @Test
    void theFirstBytesPassAtOnceAndWhatHasToWaitIsNotSaidToBeThere() throws Exception {
        simulate(() -> {
            ProxyResponse response = Bandwidth.perSecond(20_000)
                    .withBurst(1)
                    .filter(TestExchange.request(TestExchange.begin(time), "GET", "/"), download);
            InputStream in = response.body().open();
            byte[] buffer = new byte[8_192];
            assertThat(in.available()).isPositive();
            // A piece is what comes in 50 ms.
            assertThat(in.read(buffer)).isEqualTo(1_000);
            assertThat(time.nanos()).isZero();
            assertThat(in.available()).isZero();
            assertThat(in.read(buffer)).isEqualTo(1_000);
            assertThat(time.nanos()).isBetween(49_000_000L, 50_000_000L);
            return 0;
        });
    }

    @Test
    void aTunnelHasTheRateInEachDirection() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        List<String> called = new ArrayList<>();
        Tunnel opened = new Tunnel() {
            @Override
            public String protocol() {
                return "chat";
            }

            @Override
            public InputStream in() {
                return new ByteArrayInputStream(HUNDRED_KB);
            }

            @Override
            public OutputStream out() {
                return sent;
            }

            @Override
            public void shutdownOutput() {
                called.add("shutdownOutput");
            }

            @Override
            public void close() {
                called.add("close");
            }
        };
        simulate(() -> {
            Tunnel tunnel = Objects.requireNonNull(Bandwidth.perSecond(10_000)
                    .filter(
                            TestExchange.request(TestExchange.begin(time), "GET", "/"),
                            request -> ProxyResponse.builder(101).tunnel(opened).build())
                    .tunnel());
            assertThat(tunnel.protocol()).isEqualTo("chat");
            Signal written = time.start("writer", () -> {
                try {
                    tunnel.out().write(HUNDRED_KB);
                    tunnel.out().write(7);
                    tunnel.shutdownOutput();
                } catch (IOException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            assertThat(tunnel.in().readAllBytes()).hasSize(100_000);
            time.await(written, Long.MAX_VALUE);
            tunnel.close();
            return 0;
        });
        assertThat(sent.size()).isEqualTo(100_001);
        assertThat(called).containsExactly("shutdownOutput", "close");
        assertThat(seconds()).isBetween(9.8, 10.0);
    }

    @Test
    void badOptionsAreRefusedWithTheirNameAndValue() {
        assertThatThrownBy(() -> Bandwidth.perSecond(0)).hasMessage("bandwidth bytes must be 1 to 1000000000: 0");
        assertThatThrownBy(() -> Bandwidth.perSecond(2_000_000_000))
                .hasMessage("bandwidth bytes must be 1 to 1000000000: 2000000000");
        assertThatThrownBy(() -> Bandwidth.perSecond(1).withBurst(0)).hasMessage("bandwidth burst must be positive: 0");
        assertThatThrownBy(() -> Bandwidth.perSecond(1).withKey(null)).hasMessage("key");
        assertThatThrownBy(() -> Bandwidth.perSecond(1).withNoKey(null)).hasMessage("without key");
        assertThat(Bandwidth.perSecond(7)).hasToString("Bandwidth[7 bytes a second by client network /32 or /64]");
    }
}
