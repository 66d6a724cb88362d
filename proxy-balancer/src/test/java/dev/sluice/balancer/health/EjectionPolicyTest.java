package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EjectionPolicyTest {
    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("failures must be at least 0: -1", b -> b.failures(-1)),
                bad("minRequests must be at least 1: 0", b -> b.minRequests(0)),
                bad("minMembers must be at least 2: 1", b -> b.minMembers(1)),
                bad("maxEjected must be at least 1: 0", b -> b.maxEjected(0)),
                bad("maxEjectedPercent must be 1 to 100: 0", b -> b.maxEjectedPercent(0)),
                bad("maxEjectedPercent must be 1 to 100: 101", b -> b.maxEjectedPercent(101)),
                bad("failureFloorPercent must be 0 to 100: -1", b -> b.failureFloorPercent(-1)),
                bad("failurePercent must be 0 to 100: 101", b -> b.failurePercent(101)),
                bad("successRateFactor must be 0, or a number above 0: NaN", b -> b.successRateFactor(Double.NaN)),
                bad("latencyFactor must be 0, or a number above 1: 1.0", b -> b.latencyFactor(1)),
                bad("interval must be positive: 0 s", b -> b.interval(Duration.ZERO)),
                bad("window must be positive: 0 s", b -> b.window(Duration.ZERO)),
                bad("latencyFloor must be positive: 0 s", b -> b.latencyFloor(Duration.ZERO)),
                bad("ejectFor must be positive: 0 s", b -> b.ejectFor(Duration.ZERO)),
                bad("shrink must be positive: -1 s", b -> b.shrink(Duration.ofSeconds(-1))),
                bad("maxEjectFor must be at least ejectFor (10 s): 1 s", b -> b.maxEjectFor(Duration.ofSeconds(1))));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueIsRefusedByName(String message, UnaryOperator<EjectionPolicy.Builder> setting) {
        EjectionPolicy.Builder builder = setting.apply(EjectionPolicy.builder());
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ejection " + message);
    }

    @Test
    void aThresholdOfAKindIsRefusedByItsName() {
        assertThatThrownBy(() -> EjectionPolicy.builder().failures(FailureKind.CONNECT, -1))
                .hasMessage("ejection failures of CONNECT must be at least 0: -1");
    }

    @Test
    void theDefaultsAreAsDocumented() {
        EjectionPolicy policy = EjectionPolicy.DEFAULT;
        assertThat(policy.failures()).isEqualTo(5);
        assertThat(policy.kinds()).containsExactly(FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.GATEWAY);
        assertThat(FailureKind.values()).allMatch(kind -> policy.failures(kind) == 0);
        assertThat(policy.interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(policy.window()).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.maxEjectedPercent()).isEqualTo(67);
        assertThat(policy.latencyFactor()).isZero();
    }

    @Test
    void aCopyDiffersOnlyInWhatWasSet() {
        EjectionPolicy policy = EjectionPolicy.builder()
                .failures(FailureKind.CONNECT, 2)
                .kinds(FailureKind.CONNECT)
                .maxEjected(7)
                .build();
        EjectionPolicy other =
                policy.toBuilder().failures(FailureKind.TIMEOUT, 3).build();
        assertThat(other.failures(FailureKind.CONNECT)).isEqualTo(2);
        assertThat(other.kinds()).containsExactly(FailureKind.CONNECT);
        assertThat(other.maxEjected()).isEqualTo(7);
        assertThat(policy.failures(FailureKind.TIMEOUT)).isZero();
    }

    @Test
    void aLongerEjectForRaisesTheDefaultMaximum() {
        assertThat(EjectionPolicy.builder()
                        .ejectFor(Duration.ofHours(1))
                        .build()
                        .maxEjectFor())
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aPolicySaysWhenAMemberIsOut() {
        assertThat(EjectionPolicy.DEFAULT).hasToString("out for 10 s to 5 min, after 5 failures in a row");
        assertThat(EjectionPolicy.OFF).hasToString("never out");
        assertThat(EjectionPolicy.builder().failures(0).build())
                .hasToString("out for 10 s to 5 min, not for failures in a row");
    }

    private static Arguments bad(String message, UnaryOperator<EjectionPolicy.Builder> setting) {
        return Arguments.of(message, setting);
    }
}
