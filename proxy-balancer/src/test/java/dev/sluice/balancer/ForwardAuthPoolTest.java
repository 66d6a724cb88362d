package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.auth.ForwardAuth;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import org.junit.jupiter.api.Test;

/** Who may enter is asked of a pool: a member that fails is not the end of it. */
class ForwardAuthPoolTest {
    @Test
    void anotherMemberDecidesForOneThatFails() throws Exception {
        FakeUpstream dead = FakeUpstream.named("dead").fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        FakeUpstream well = FakeUpstream.named("well").answer(200, "");
        FakeUpstream origin = FakeUpstream.named("origin").answer(200, "hello");
        try (UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(dead))
                .addMember(Member.of(well))
                .strategy(Strategies.roundRobin())
                .build()) {
            Pipeline server = Pipeline.builder()
                    .addFilter(ForwardAuth.builder(pool, "/verify").build())
                    .addRoute("/**", origin)
                    .build();
            for (int i = 0; i < 4; i++) {
                assertThat(TestClient.of(server).get("/").text()).isEqualTo("hello");
            }
            assertThat(dead.requests()).isNotEmpty();
            assertThat(well.requests()).hasSize(4);
        }
    }
}
