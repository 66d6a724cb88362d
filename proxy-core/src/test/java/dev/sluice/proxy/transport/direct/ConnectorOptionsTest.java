package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectorOptionsTest {
    @Test
    void aTimeoutThatIsNotPositiveIsNamed() {
        assertThatThrownBy(() -> Connector.builder().connectTimeout(Duration.ZERO))
                .hasMessage("connectTimeout must be positive: 0 s");
        assertThatThrownBy(() -> Connector.builder().connectionAttemptDelay(Duration.ZERO))
                .hasMessage("connectionAttemptDelay must be positive: 0 s");
        assertThatThrownBy(() -> Connector.builder().handshakeTimeout(Duration.ofSeconds(-1)))
                .hasMessage("handshakeTimeout must be positive: -1 s");
        assertThatThrownBy(() -> Connector.builder().resolveInterval(Duration.ZERO))
                .hasMessage("resolveInterval must be positive: 0 s");
    }

    @Test
    void aLimitOfResponsesThatIsNotPositiveIsNamed() {
        assertThatThrownBy(() -> Connector.builder().headerBytes(0)).hasMessage("headerBytes must be positive: 0");
        assertThatThrownBy(() -> Connector.builder().headerCount(-1)).hasMessage("headerCount must be positive: -1");
    }
}
