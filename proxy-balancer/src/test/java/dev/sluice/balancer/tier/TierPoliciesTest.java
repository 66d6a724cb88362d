package dev.sluice.balancer.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.internal.Overflow;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierPoliciesTest {
    /** The table of Envoy's documentation of priority levels, for a factor of 1.4. */
    @ParameterizedTest
    @CsvSource({
        "100, 100, 100, 0",
        "72,  72,  100, 0",
        "71,  71,  99.4, 0.6",
        "50,  50,  70,  30",
        "25,  100, 35,  65",
        "25,  25,  50,  50",
        "0,   100, 0,   100",
        "0,   0,   0,   0"
    })
    void sharesFollowWhatEachTierCanBear(long first, long second, double firstShare, double secondShare) {
        double[] shares = Overflow.DEFAULT.shares(new long[] {first, second}, new long[] {100, 100});
        assertThat(shares[0] * 100).isCloseTo(firstShare, within(0.01));
        assertThat(shares[1] * 100).isCloseTo(secondShare, within(0.01));
    }

    @Test
    void aTierWithoutMembersGetsNoShare() {
        assertThat(Overflow.DEFAULT.shares(new long[] {0, 10}, new long[] {0, 10}))
                .containsExactly(0, 1);
    }

    @Test
    void aValueOutOfRangeIsNamed() {
        refused("overflow factor must be 1 to 1000000: 0.9", () -> new Overflow(0.9));
        refused("zone and tag must not be blank: \"\" and \"zone\"", () -> ZonePreference.of(""));
        refused("zone min must be at least 1: 0", () -> ZonePreference.of("a").withMin(0));
        refused("panic threshold must be 0 to 1: 1.5", () -> PanicPolicy.useAll(1.5));
        refused("panic threshold must be 0 to 1: NaN", () -> PanicPolicy.failFast(Double.NaN));
        refused(
                "panic action FALLBACK does not go with fallback null",
                () -> new PanicPolicy(PanicPolicy.Action.FALLBACK, 0, null));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
