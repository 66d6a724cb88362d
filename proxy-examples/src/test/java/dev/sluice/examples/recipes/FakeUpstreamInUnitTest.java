package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A recipe: test what your pool does when a server fails, in a unit test without sockets. A fake upstream answers or
 * fails as you tell it, and remembers the requests that it received.
 */
class FakeUpstreamInUnitTest {
    private final FakeUpstream first = FakeUpstream.named("first");
    private final FakeUpstream second = FakeUpstream.named("second");
    // Only the first one gets requests while it is healthy.
    private final UpstreamPool pool = UpstreamPool.builder()
            .addMember(Member.of(first))
            .addMember(Member.of(second).withPriority(1))
            .build();
    // A pipeline turns failures into error pages. A handler alone, such as a ReverseProxy, throws them as exceptions.
    private final TestClient client =
            TestClient.of(Pipeline.builder().addRoute("/**", pool).build());

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Test
    void anOrderThatWasNotSentGoesToTheOtherServer() throws Exception {
        first.failOnce(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        second.answer(201, "made");

        TestResponse response = order();

        assertThat(response.status()).isEqualTo(201);
        assertThat(second.requests())
                .singleElement()
                .satisfies(received -> assertThat(received.text()).isEqualTo("a lamp"));
        assertThat(response.record().attempts()).hasSize(2);
    }

    @Test
    void anOrderThatMayHaveArrivedIsNotSentTwice() throws Exception {
        first.failOnce(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);

        TestResponse response = order();

        assertThat(response.status()).isEqualTo(502);
        assertThat(second.requests()).isEmpty();
    }

    private TestResponse order() throws Exception {
        byte[] body = "a lamp".getBytes(StandardCharsets.UTF_8);
        return client.send("POST", "/orders", Headers.empty(), body);
    }
}
