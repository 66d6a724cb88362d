package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A recipe: minutes of waiting in a test that takes milliseconds and runs the same way each time. The simulated clock
 * advances by itself when all threads wait. Give it to the pipeline and to the pool.
 */
class VirtualTimeInUnitTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream service = FakeUpstream.named("service");

    @Test
    void aServiceThatDoesNotAnswerIsGivenUpAfterTwoMinutes() throws Exception {
        service.hang();
        Pipeline gateway = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofMinutes(2)).build())
                .addRoute("/**", ReverseProxy.to(service))
                .build();

        TestResponse response = time.run(() -> TestClient.of(gateway).get("/report"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(time.nanos()).isEqualTo(Duration.ofMinutes(2).toNanos());
    }

    @Test
    void aRequestWaitsForAServiceThatRestarts() throws Exception {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(service))
                .parking(Parking.upTo(Duration.ofMinutes(1)))
                .time(time)
                .build();
        Pipeline gateway = Pipeline.builder().time(time).addRoute("/**", pool).build();
        service.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        time.schedule(Duration.ofSeconds(40), () -> service.answer(200, "back"));

        TestResponse response = time.run(() -> TestClient.of(gateway).get("/report"));

        assertThat(response.text()).isEqualTo("back");
        assertThat(Duration.ofNanos(time.nanos())).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(41));
    }
}
