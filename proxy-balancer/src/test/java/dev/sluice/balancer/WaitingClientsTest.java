package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real clients whose requests wait in a pool: what they take from other requests, and what happens when they leave. */
class WaitingClientsTest {
    private final ManualTime time = new ManualTime();
    private final RecordingListener records = new RecordingListener();
    private final CountDownLatch answer = new CountDownLatch(1);
    private final List<RawConnection> clients = new ArrayList<>();

    @AfterEach
    void end() {
        answer.countDown();
        clients.forEach(RawConnection::close);
    }

    private ProxyServer server(UpstreamPool pool) {
        return ProxyServer.builder()
                .time(time)
                .limits(Limits.builder().exchanges(10).build())
                .drain(Duration.ZERO)
                .addListener(records)
                .addRoute("/pool", pool)
                .addRoute("/**", request -> ProxyResponse.of(200))
                .addCloseable(pool)
                .build()
                .start();
    }

    private UpstreamPool down() {
        return UpstreamPool.builder()
                .name("orders")
                .time(time)
                .parking(Parking.upTo(Duration.ofMinutes(5)))
                .build();
    }

    /** Each client has its own address. */
    private RawConnection get(ProxyServer server, String path) throws IOException {
        InetAddress from = InetAddress.getByName("127.0.0." + (2 + clients.size()));
        RawConnection client = RawConnection.connect(from, server.address());
        clients.add(client);
        client.write("GET " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n");
        return client;
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 10_000 && !condition.getAsBoolean(); i++) {
            new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private void assertRefused(RawConnection client, Outcome outcome) throws Exception {
        assertThat(client.readHead()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
        ExchangeRecord record = records.awaitEnded(1).get(0);
        assertThat(record.failure().outcome()).isEqualTo(outcome);
        assertThat(record.explain()).contains("5 requests wait for pool orders");
    }

    @Test
    void aPoolThatIsDownLeavesHalfOfTheExchangesToOtherRoutes() throws Exception {
        UpstreamPool pool = down();
        try (ProxyServer server = server(pool)) {
            for (int i = 0; i < 5; i++) {
                get(server, "/pool");
            }
            await(() -> pool.snapshot().parked() == 5);

            assertRefused(get(server, "/pool"), Outcome.NO_UPSTREAM);
            assertThat(get(server, "/ping").readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aPoolThatIsFullLeavesHalfOfTheExchangesToOtherRoutes() throws Exception {
        FakeUpstream slow = FakeUpstream.named("a").answer(request -> {
            answer.await();
            return ProxyResponse.of(200);
        });
        UpstreamPool pool = UpstreamPool.builder()
                .name("orders")
                .time(time)
                .addMember(Member.of(slow))
                .limit(MemberLimit.fixed(1).toBuilder()
                        .queue(100)
                        .maxWait(Duration.ofMinutes(1))
                        .build())
                .build();
        try (ProxyServer server = server(pool)) {
            get(server, "/pool");
            await(() -> slow.requests().size() == 1);
            for (int i = 0; i < 5; i++) {
                get(server, "/pool");
            }
            await(() -> pool.snapshot().parked() == 5);

            assertRefused(get(server, "/pool"), Outcome.OVERLOADED);
            assertThat(get(server, "/ping").readHead()).startsWith("HTTP/1.1 200 ");
            answer.countDown();
        }
    }

    @Test
    void aClientThatLeavesGivesItsPlaceBackEvenIfItHasSentMore() throws Exception {
        UpstreamPool pool = down();
        try (ProxyServer server = server(pool)) {
            RawConnection first = get(server, "/pool");
            first.write("G");
            RawConnection second = get(server, "/pool");
            await(() -> pool.snapshot().parked() == 2);
            first.reset();
            second.shutdownOutput();
            for (int i = 0; i < 1_000 && pool.snapshot().parked() > 0; i++) {
                time.advance(Duration.ofMillis(50));
                new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
            }

            assertThat(records.awaitEnded(2))
                    .extracting(ExchangeRecord::outcome)
                    .containsOnly(Outcome.CLIENT_LEFT);
            assertThat(server.pipeline().inFlight()).isZero();
        }
    }
}
