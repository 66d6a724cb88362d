package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyLimitTest {
    @Test
    void aBodyOfALengthAboveTheLimitIsRefusedUnread() {
        FakeUpstream origin = FakeUpstream.named("a");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(new BodyLimit(3)));

        assertThatThrownBy(() -> client.send("POST", "/", Headers.empty(), new byte[4]))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
                    assertThat(why.status()).isEqualTo(413);
                });
        assertThat(origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 100_000})
    void aBodyOfUnknownLengthFailsAtTheFirstByteTooMany(int length) {
        FakeUpstream origin = FakeUpstream.named("a");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(new BodyLimit(3)));

        assertThatThrownBy(() -> client.send("POST", "/", r -> r.body(unknown(length))))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED));
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void aBodyOfJustTheLimitPasses() throws Exception {
        FakeUpstream origin = FakeUpstream.named("a");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(new BodyLimit(3)));
        client.send("POST", "/", Headers.empty(), new byte[3]);
        client.send("POST", "/", r -> r.body(unknown(3)));

        assertThat(origin.requests()).hasSize(2);
        assertThatThrownBy(() -> new BodyLimit(-1)).hasMessageContaining("-1");
    }

    private static Body unknown(int length) {
        return Body.of(new ByteArrayInputStream(new byte[length]), Body.UNKNOWN);
    }
}
