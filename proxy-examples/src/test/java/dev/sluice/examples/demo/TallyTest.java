package dev.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally();
    private final FakeUpstream origin = FakeUpstream.named("a");
    private final TestClient client = TestClient.of(Pipeline.builder()
            .addRoute("/here/**", ReverseProxy.to(origin))
            .addListener(tally)
            .build());

    @Test
    void anErrorOfTheProxyIsAFailureWithAnExplanation() throws Exception {
        client.get("/here");
        origin.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        client.get("/here");
        assertThat(tally.answered()).isEqualTo(1);
        assertThat(tally.failed()).isEqualTo(1);
        assertThat(tally.explanations()).singleElement().asString().contains("GET", "/here", "HEAD_FAILED");
    }

    @Test
    void aFaultOfTheClientIsNotAFailure() throws Exception {
        client.get("/elsewhere");
        assertThat(tally.failed()).isZero();
    }

    @Test
    void ownRequestsAreCountedOnlyByTheClient() throws Exception {
        origin.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        client.send("GET", "/here", request -> request.addHeader("User-Agent", Visitor.USER_AGENT));
        assertThat(tally.failed()).isZero();
        tally.ownRequest("GET /here: status 502, 0 bytes");
        tally.ownRequest(null);
        assertThat(tally.failed()).isEqualTo(1);
        assertThat(tally.answered()).isEqualTo(1);
    }
}
