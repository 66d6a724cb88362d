package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequireTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static Arguments refused(String message, ThrowingCallable check) {
        return Arguments.of(message, check);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused("n must be positive: 0", () -> Require.positive("n", 0)),
                refused("d must be positive: NaN", () -> Require.positive("d", Double.NaN)),
                refused("d must be positive: Infinity", () -> Require.positive("d", Double.POSITIVE_INFINITY)),
                refused("t must be positive: 0 s", () -> Require.positive("t", Duration.ZERO)),
                refused("n must not be negative: -1", () -> Require.notNegative("n", -1)),
                refused("t must not be negative: -1 s", () -> Require.notNegative("t", SECOND.negated())),
                refused("n must be at least 2: 1", () -> Require.atLeast("n", 2, 1)),
                refused("max must be at least min (24 h): 1 s", () -> Require.atLeast("max", "min", DAY, SECOND)),
                refused("n must be 1 to 3: 4", () -> Require.within("n", 1, 3, 4)),
                refused("d must be 0 to 1: NaN", () -> Require.within("d", 0, 1, Double.NaN)),
                refused("d must be above 0 and at most 1: 0.0", () -> Require.aboveZero("d", 1, 0.0)),
                refused("t must be above 0 and at most 1 day: 0 s", () -> Require.aboveZero("t", DAY, Duration.ZERO)),
                refused(
                        "t must be above 0 and at most 2 hours: 24 h",
                        () -> Require.aboveZero("t", Duration.ofHours(2), DAY)),
                refused("t must be 0 to 1 day: -1 s", () -> Require.upTo("t", DAY, SECOND.negated())),
                refused("t must be 0 to 1 day: 48 h", () -> Require.upTo("t", DAY, Duration.ofDays(2))),
                refused("d must be 0 or more and below 1: 1.0", () -> Require.belowOne("d", 1)),
                refused("s must be a range within 200 to 999: 300 to 299", () -> Require.statuses("s", 300, 299)),
                refused("names needs at least one value", () -> Require.some("names", new String[0])),
                refused("ports needs at least one value", () -> Require.some("ports", new int[0])));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void theMessageNamesTheOptionAndTheValue(String message, ThrowingCallable check) {
        assertThatThrownBy(check).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void anAllowedValueIsReturned() {
        assertThat(Require.positive("n", 1)).isEqualTo(1);
        assertThat(Require.notNegative("n", 0)).isZero();
        assertThat(Require.atLeast("n", 2, 2)).isEqualTo(2);
        assertThat(Require.within("n", 1, 3, 3)).isEqualTo(3);
        assertThat(Require.within("d", 0, 1, 0.5)).isEqualTo(0.5);
        assertThat(Require.aboveZero("t", DAY, DAY)).isEqualTo(DAY);
        assertThat(Require.upTo("t", DAY, Duration.ZERO)).isZero();
        assertThat(Require.belowOne("d", 0)).isZero();
    }

    @Test
    void aDurationThatIsNullIsNamed() {
        assertThatThrownBy(() -> Require.positive("timeout", (Duration) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("timeout");
    }
}
