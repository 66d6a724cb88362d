package dev.sluice.balancer.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerPolicyTest {
    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("breaker failures must be at least 0: -1", b -> b.failures(-1)),
                bad("breaker failurePercent must be 0 to 100: 101", b -> b.failurePercent(101)),
                bad("breaker minRequests must be at least 1: 0", b -> b.minRequests(0)),
                bad("breaker window must be positive: 0 s", b -> b.window(Duration.ZERO)),
                bad("breaker openFor must be positive: 0 s", b -> b.openFor(Duration.ZERO)),
                bad("breaker maxOpenFor must be at least openFor (5 s): 1 s", b -> b.maxOpenFor(Duration.ofSeconds(1))),
                bad("breaker trials must be at least 1: 0", b -> b.trials(0)),
                bad("breaker successes must be at least 1: 0", b -> b.successes(0)),
                bad("breaker trialTimeout must be positive: 0 s", b -> b.trialTimeout(Duration.ZERO)));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueIsRefusedByName(String message, UnaryOperator<BreakerPolicy.Builder> setting) {
        BreakerPolicy.Builder builder = setting.apply(BreakerPolicy.builder());
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void theDefaultsAreAsDocumented() {
        BreakerPolicy policy = BreakerPolicy.DEFAULT;
        assertThat(policy.failures()).isEqualTo(5);
        assertThat(policy.failurePercent()).isEqualTo(50);
        assertThat(policy.minRequests()).isEqualTo(20);
        assertThat(policy.window()).isEqualTo(Duration.ofSeconds(10));
        assertThat(policy.openFor()).isEqualTo(Duration.ofSeconds(5));
        assertThat(policy.maxOpenFor()).isEqualTo(Duration.ofMinutes(1));
        assertThat(policy.trials()).isEqualTo(1);
        assertThat(policy.successes()).isEqualTo(2);
        assertThat(policy.trialTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void anEndlessTimeIsNeverOver() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        CircuitBreaker breaker = new CircuitBreaker(BreakerPolicy.builder()
                .failures(1)
                .openFor(endless)
                .maxOpenFor(endless)
                .build());
        breaker.failed(7);
        assertThat(breaker.retryAtNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPolicySaysWhenItOpens() {
        assertThat(BreakerPolicy.DEFAULT)
                .hasToString("open for 5 s after 5 failures in a row or 50 % failures of 20 requests in 10 s");
        assertThat(BreakerPolicy.builder().failurePercent(0).build())
                .hasToString("open for 5 s after 5 failures in a row");
        assertThat(BreakerPolicy.builder().failures(0).build())
                .hasToString("open for 5 s after 50 % failures of 20 requests in 10 s");
    }

    private static Arguments bad(String message, UnaryOperator<BreakerPolicy.Builder> setting) {
        return Arguments.of(message, setting);
    }
}
