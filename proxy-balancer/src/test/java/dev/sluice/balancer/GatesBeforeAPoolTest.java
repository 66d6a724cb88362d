package dev.sluice.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BearerAuth;
import dev.sluice.proxy.content.BodyRewrite;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.limit.AdaptiveLimit;
import dev.sluice.proxy.limit.Bandwidth;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.limit.FailureLimit;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.limit.Shedding;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All filters of a gateway in front of a pool that tries a request twice: each of them acts once. */
@Timeout(60)
class GatesBeforeAPoolTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream first = FakeUpstream.named("first");
    private final FakeUpstream second = FakeUpstream.named("second");
    private final FakeUpstream copies = FakeUpstream.named("copies").answer(200, "dropped");
    private final ConcurrencyLimit places = ConcurrencyLimit.of(1).withKey(RequestKey.principal());
    private final AdaptiveLimit adaptive = AdaptiveLimit.between(1, 1);
    private int verified;
    private int rewritten;

    private TestClient client(UpstreamPool pool) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .addFilter(RequestId.DEFAULT)
                .addFilter(Shedding.DEFAULT)
                .addFilter(FailureLimit.perMinute(1))
                .addFilter(RateLimit.perMinute(3).withDraft11Fields(true))
                .addFilter(Bandwidth.perSecond(1_000_000))
                .addFilter(Authentication.require(BearerAuth.of("api", token -> {
                    verified++;
                    return Principal.of(token);
                })))
                .addFilter(places)
                .addFilter(Compression.builder().minBytes(1).build())
                .addFilter(BodyRewrite.request()
                        .text((request, text) -> {
                            rewritten++;
                            return text + " rewritten";
                        })
                        .mediaTypes("text/plain")
                        .build())
                .addFilter(adaptive)
                .addFilter(
                        Mirror.builder(ReverseProxy.to(copies)).methods("PUT").build())
                .userField("X-Remote-User")
                .addRoute("/**", pool)
                .build());
    }

    private static TestResponse put(TestClient client) throws Exception {
        return client.send(
                "PUT",
                "/",
                Headers.of(
                        "Authorization", "Bearer anna",
                        "Accept-Encoding", "gzip",
                        "Content-Type", "text/plain"),
                "hello".getBytes(UTF_8));
    }

    private UpstreamPool.Builder pool() {
        return UpstreamPool.builder()
                .time(time)
                .addMember(Member.of(first))
                .addMember(Member.of(second))
                .strategy(Strategies.roundRobin());
    }

    private static ProxyHandler text(String text) {
        return request -> ProxyResponse.builder(200)
                .header("Content-Type", "text/plain")
                .body(Body.of(text))
                .build();
    }

    private void expect(TestResponse response, int left) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(response.headers().first("Content-Encoding")).hasValue("gzip");
        assertThat(response.headers().all("X-Request-Id")).hasSize(1);
        assertThat(response.headers().all("RateLimit")).hasSize(1);
        assertThat(response.headers().first("RateLimit").orElseThrow()).contains(";r=" + left + ";");
        assertThat(response.record().principal()).hasToString("anna");
    }

    private void expectReceived(List<FakeUpstream.ReceivedRequest> received, int times) {
        assertThat(received).hasSize(times).allSatisfy(request -> {
            assertThat(request.text()).isEqualTo("hello rewritten");
            assertThat(request.headers().all("X-Remote-User")).containsExactly("anna");
            assertThat(request.headers().has("Authorization")).isFalse();
        });
    }

    @Test
    void aRequestThatIsTriedAgainPassesEachFilterOnce() throws Exception {
        first.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        second.answer(text("hello"));
        time.run(() -> {
            try (UpstreamPool pool = pool().retry(RetryPolicy.builder().build()).build()) {
                TestClient client = client(pool);
                int tried = 0;
                for (int i = 0; i < 3; i++) {
                    TestResponse response = put(client);
                    expect(response, 2 - i);
                    tried += response.record().attempts().size();
                }
                assertThat(tried).isGreaterThan(3);
                assertThat(put(client).status()).isEqualTo(429);
                time.advance(Duration.ofSeconds(1));
                expectReceived(second.requests(), 3);
                expectReceived(first.requests(), tried - 3);
                expectReceived(copies.requests(), 3);
            }
            return null;
        });
        assertThat(verified).isEqualTo(3);
        assertThat(rewritten).isEqualTo(3);
        assertThat(places.waiting()).isZero();
        assertThat(adaptive.waiting()).isZero();
    }

    @Test
    void aRequestThatIsHedgedPassesEachFilterOnce() throws Exception {
        first.answer(request -> {
            time.advance(Duration.ofSeconds(1));
            return text("late").handle(request);
        });
        second.answer(text("hello"));
        time.run(() -> {
            try (UpstreamPool pool =
                    pool().hedge(HedgePolicy.after(Duration.ofMillis(50))).build()) {
                TestClient client = client(pool);
                for (int i = 0; i < 3; i++) {
                    long before = time.nanos();
                    expect(put(client), 2 - i);
                    assertThat(time.nanos() - before).isLessThan(1_000_000_000L);
                }
                time.advance(Duration.ofSeconds(5));
                assertThat(first.requests()).isNotEmpty();
                expectReceived(first.requests(), first.requests().size());
                expectReceived(second.requests(), 3);
                expectReceived(copies.requests(), 3);
            }
            return null;
        });
        assertThat(verified).isEqualTo(3);
        assertThat(rewritten).isEqualTo(3);
        assertThat(Map.of("places", places.waiting(), "adaptive", adaptive.waiting()))
                .containsValue(0);
    }
}
