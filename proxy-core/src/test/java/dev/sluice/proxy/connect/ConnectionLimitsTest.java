package dev.sluice.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionLimitsTest {
    static Stream<Arguments> badLimits() {
        return Stream.of(
                limit("active must be positive: 0", limits -> limits.active(0)),
                limit("idle must not be negative: -1", limits -> limits.idle(-1)),
                limit("waiting must not be negative: -2", limits -> limits.waiting(-2)),
                limit("waitTimeout must be positive: 0 s", limits -> limits.waitTimeout(Duration.ZERO)),
                limit("idleTimeout must be positive: 0 s", limits -> limits.idleTimeout(Duration.ZERO)),
                limit("lifetime must be positive: -1 s", limits -> limits.lifetime(Duration.ofSeconds(-1))));
    }

    private static Arguments limit(String message, Consumer<ConnectionLimits.Builder> bad) {
        return Arguments.of(message, bad);
    }

    @ParameterizedTest
    @MethodSource("badLimits")
    void aLimitOutOfRangeIsNamed(String message, Consumer<ConnectionLimits.Builder> bad) {
        ConnectionLimits.Builder builder = ConnectionLimits.builder();
        bad.accept(builder);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(message);
    }

    @Test
    void limitsAreCopiedWhole() {
        ConnectionLimits limits =
                new ConnectionLimits(1, 2, 3, Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ofSeconds(6));

        assertThat(limits.toBuilder().build()).isEqualTo(limits);
        assertThat(ConnectionLimits.builder().build()).isEqualTo(ConnectionLimits.DEFAULT);
    }
}
