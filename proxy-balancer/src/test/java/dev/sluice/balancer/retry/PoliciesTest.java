package dev.sluice.balancer.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void theDefaultsAreAsDocumented() {
        RetryPolicy policy = RetryPolicy.DEFAULT;
        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.tryTimeout()).isNull();
        assertThat(policy.statuses()).isEmpty();
        assertThat(policy.grpcStatuses()).isEmpty();
        assertThat(policy.minBackoff()).isEqualTo(Duration.ofMillis(25));
        assertThat(policy.maxBackoff()).isEqualTo(Duration.ofMillis(250));
        assertThat(policy.maxRetryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.idempotencyKey()).isFalse();
        assertThat(policy.budget()).isNull();
        assertThat(Parking.upTo(SECOND)).isEqualTo(new Parking(SECOND, 1_000));
        assertThat(HedgePolicy.after(SECOND)).isEqualTo(new HedgePolicy(SECOND, 0, 2));
    }

    @Test
    void aValueOutOfRangeIsNamed() {
        refused(
                "retry maxAttempts must be 1 to 100: 0",
                () -> RetryPolicy.builder().maxAttempts(0).build());
        refused(
                "retry grpcStatuses must be 1 to 16: 0",
                () -> RetryPolicy.builder().grpcStatuses(14, 0).build());
        refused(
                "retry tryTimeout must be above 0 and at most 1 hour: 0 s",
                () -> RetryPolicy.builder().tryTimeout(Duration.ZERO).build());
        refused(
                "retry statuses must be of [421, 425, 502, 503, 504]: 429",
                () -> RetryPolicy.builder().statuses(503, 429).build());
        refused(
                "retry maxBackoff must be at least minBackoff (1 s): 500 ms",
                () -> RetryPolicy.builder()
                        .minBackoff(SECOND)
                        .maxBackoff(Duration.ofMillis(500))
                        .build());
        refused(
                "retry minBackoff must not be negative: -1 s",
                () -> RetryPolicy.builder().minBackoff(SECOND.negated()).build());
        refused(
                "retry maxBackoff must be 0 to 1 hour: 2 h",
                () -> RetryPolicy.builder().maxBackoff(Duration.ofHours(2)).build());
        refused(
                "retry maxRetryAfter must not be negative: -1 s",
                () -> RetryPolicy.builder().maxRetryAfter(SECOND.negated()).build());
        refused("hedge delay must be above 0 and at most 1 hour: 0 s", () -> HedgePolicy.after(Duration.ZERO));
        refused("hedge percentile must be 0 or more and below 1: 1.0", () -> HedgePolicy.percentile(1, SECOND));
        refused("hedge maxAttempts must be 2 to 10: 1", () -> new HedgePolicy(SECOND, 0, 1));
        refused("parking maxWait must be above 0 and at most 1 hour: 2 h", () -> Parking.upTo(Duration.ofHours(2)));
        refused(
                "parking queue must be at least 1: 0",
                () -> Parking.upTo(SECOND).withQueue(0));
    }

    @Test
    void aRetryPolicySaysWhatItDoes() {
        assertThat(RetryPolicy.DEFAULT).hasToString("3 attempts");
        assertThat(RetryPolicy.NONE).hasToString("1 attempt");
        assertThat(RetryPolicy.builder().tryTimeout(SECOND).statuses(504, 502).build())
                .hasToString("3 attempts, each for 1 s, also after [502, 504]");
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
