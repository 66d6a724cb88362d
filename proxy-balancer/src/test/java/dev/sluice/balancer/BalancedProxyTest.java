package dev.sluice.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pool behind the whole pipeline, on simulated time and without sockets. */
class BalancedProxyTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");

    private UpstreamPool.Builder members() {
        return UpstreamPool.builder()
                .time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(a))
                .addMember(Member.of(b));
    }

    private TestClient client(UpstreamPool pool) {
        return TestClient.of(Pipeline.builder().time(time).addRoute("/**", pool).build());
    }

    private TestResponse send(UpstreamPool pool, String method, String body) throws Exception {
        return time.run(() -> client(pool).send(method, "/", Headers.empty(), body.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT_FAILED, NOT_SENT,     POST, 200",
        "CONNECT_FAILED, NOT_SENT,     GET,  200",
        "HEAD_FAILED,    SENT_UNKNOWN, GET,  200",
        "HEAD_FAILED,    SENT_UNKNOWN, PUT,  200",
        "HEAD_TIMEOUT,   SENT_UNKNOWN, PUT,  200",
        "HEAD_FAILED,    SENT_UNKNOWN, POST, 502",
        "HEAD_TIMEOUT,   SENT_UNKNOWN, POST, 504"
    })
    void anotherMemberGetsTheRequestWhileThatIsSafe(Outcome outcome, Delivery delivery, String method, int status)
            throws Exception {
        a.fail(outcome, delivery);
        UpstreamPool pool = members().build();
        TestResponse response = send(pool, method, "body");

        assertThat(response.status()).isEqualTo(status);
        assertThat(b.requests()).hasSize(status == 200 ? 1 : 0);
        if (status == 200) {
            assertThat(b.requests().get(0).body()).asString(UTF_8).isEqualTo("body");
        }
        assertThat(pool.snapshot().members()).allMatch(member -> member.inFlight() == 0);
    }

    @ParameterizedTest
    @CsvSource({"61440, true", "65536, true", "65537, false"})
    void aMemberThatDiesInAShortBodyIsReplaced(int length, boolean replaced) throws Exception {
        a.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(new ByteArrayInputStream(new byte[1000]), length))
                .build());
        TestResponse response = send(members().build(), "GET", "");

        assertThat(response.failure() == null).isEqualTo(replaced);
        assertThat(response.text().equals("b")).isEqualTo(replaced);
    }

    @Test
    void aMemberThatRecoversGetsItsShareAgain() throws Exception {
        a.answer(503, "down");
        List<String> served = time.run(() -> {
            try (UpstreamPool pool = members()
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofSeconds(1))
                            .jitter(0)
                            .rise(2)
                            .fall(2)
                            .build())
                    .build()) {
                List<String> all = new ArrayList<>();
                time.advance(Duration.ofSeconds(5));
                all.add(shares(pool));
                a.answer(200, "a");
                time.advance(Duration.ofSeconds(5));
                all.add(shares(pool));
                return all;
            }
        });

        assertThat(served).containsExactly("bbbbbb", "ababab");
    }

    @Test
    void aMemberWhoseRequestsFailGetsNoneForAWhile() throws Exception {
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        List<Integer> tried = time.run(() -> {
            UpstreamPool pool = members()
                    .ejection(EjectionPolicy.builder().failures(3).build())
                    .build();
            List<Integer> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                assertThat(client(pool).get("/").text()).isEqualTo("b");
            }
            all.add(a.requests().size());
            time.advance(Duration.ofSeconds(11));
            a.answer(200, "a");
            shares(pool);
            all.add(a.requests().size());
            return all;
        });

        assertThat(tried).containsExactly(3, 6);
    }

    @Test
    void aMemberIsNeverBlamedForAClientsFault() throws Exception {
        UpstreamPool pool =
                members().ejection(EjectionPolicy.builder().failures(1).build()).build();
        TestResponse response = time.run(() -> client(pool)
                .send(
                        "PUT",
                        "/",
                        request -> request.body(Body.of(
                                new InputStream() {
                                    @Override
                                    public int read() throws IOException {
                                        throw new IOException("left");
                                    }
                                },
                                10))));

        assertThat(response.record().outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED);
        assertThat(response.record().attempts()).hasSize(1);
        assertThat(pool.snapshot().members()).allMatch(member -> member.failures() == 0);
    }

    private String shares(UpstreamPool pool) throws Exception {
        StringBuilder served = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            served.append(client(pool).get("/").text());
        }
        return served.toString();
    }

    @Test
    void aFailureWithoutAnAvailableMemberNamesThePool() throws Exception {
        try (UpstreamPool none = UpstreamPool.builder().name("orders").build()) {
            TestResponse response = TestClient.of(
                            Pipeline.builder().addRoute("/**", none).build())
                    .get("/");

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.text()).doesNotContain("orders");
            assertThat(response.record().failure()).hasMessage("no upstream is available in pool \"orders\"");
        }
    }
}
