package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRequestTest {
    private final ProxyRequest.Builder request = TestExchange.request("GET", "/").toBuilder();

    @ParameterizedTest
    @ValueSource(strings = {"", "websocket\r\nX: y", "a\nb", "a\u0000", "\u20ac"})
    void theProtocolOfAnUpgradeCannotAddALine(String protocol) {
        assertThatThrownBy(() -> request.upgrade(protocol).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a protocol: \"");
    }

    @Test
    void aProtocolMayHaveAVersion() {
        assertThat(request.upgrade("TLS/1.0").build().upgrade()).isEqualTo("TLS/1.0");
    }
}
