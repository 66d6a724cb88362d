package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cache in front of a pool: what many wait for is tried at several members. */
class CachedPoolTest {
    private static final String TEXT = "0123456789".repeat(10);
    private static final int HERD = 50;

    private final SimulatedTime time = new SimulatedTime();
    private final Cache cache = Cache.builder().time(time).build();
    private final FakeUpstream bad = FakeUpstream.named("bad");
    private final FakeUpstream good = FakeUpstream.named("good");
    private final List<TestResponse> responses = new ArrayList<>();

    CachedPoolTest() {
        good.answer(request -> answer(Body.of(TEXT)));
    }

    private static ProxyResponse answer(Body body) {
        return ProxyResponse.builder(200)
                .headers(Headers.of("Cache-Control", "max-age=600"))
                .body(body)
                .build();
    }

    /** Round robin begins with the first member. */
    private UpstreamPool.Builder pool() {
        return UpstreamPool.builder()
                .time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(bad))
                .addMember(Member.of(good));
    }

    private void herd(UpstreamPool.Builder pool) throws Exception {
        try (UpstreamPool members = pool.build()) {
            TestClient client = TestClient.of(Pipeline.builder()
                    .time(time)
                    .addRoute(Route.path("/**").cache(cache).to(members))
                    .build());
            time.run(() -> {
                List<Signal> ended = new ArrayList<>();
                for (int i = 0; i < HERD; i++) {
                    ended.add(time.start("client", () -> get(client)));
                }
                for (Signal each : ended) {
                    time.await(each, TimeSource.NEVER);
                }
                assertThat(client.get("/a").record().cache().hit()).isTrue();
                return null;
            });
        }
    }

    private void get(TestClient client) {
        try {
            responses.add(client.get("/a"));
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void allGotTheWholeText() {
        assertThat(responses).hasSize(HERD).allSatisfy(each -> {
            assertThat(each.failure()).isNull();
            assertThat(each.text()).isEqualTo(TEXT);
        });
        assertThat(responses)
                .filteredOn(each -> each.record().attempts().size() == 2)
                .hasSize(1);
        assertThat(good.requests()).hasSize(1);
        assertThat(cache.snapshot().stored()).isEqualTo(1);
        assertThat(cache.snapshot().fills()).isZero();
    }

    @Test
    void aFillIsTriedAgainAtAnotherMember() throws Exception {
        bad.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        herd(pool().retry(RetryPolicy.builder().maxAttempts(2).build()));
        allGotTheWholeText();
        assertThat(bad.requests()).hasSize(1);
    }

    /** A short response is held until it is whole, so that nobody sees the cut. */
    @Test
    void aShortResponseThatBreaksOffIsTriedAgainAndStoredWhole() throws Exception {
        bad.answer(request -> answer(Body.of(
                new SequenceInputStream(
                        new ByteArrayInputStream(TEXT.substring(0, 40).getBytes(StandardCharsets.US_ASCII)),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("cut");
                            }
                        }),
                TEXT.length())));
        herd(pool().retry(RetryPolicy.builder().maxAttempts(2).build()));
        allGotTheWholeText();
        assertThat(bad.requests()).hasSize(1);
    }

    @Test
    void aHedgeAnswersForAllWhoWait() throws Exception {
        bad.hang();
        herd(pool().hedge(HedgePolicy.after(Duration.ofMillis(100))));
        allGotTheWholeText();
        assertThat(bad.requests()).hasSize(1);
    }
}
