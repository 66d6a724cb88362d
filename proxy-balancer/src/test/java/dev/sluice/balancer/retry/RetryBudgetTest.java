package dev.sluice.balancer.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aPercentageOfTheRequestsOfTheLastTenSecondsMayBeRepeated() {
        RetryBudget budget = RetryBudget.of(0.2, 0);
        requests(budget, 100, 0);
        assertThat(retries(budget, 0)).isEqualTo(20);
        requests(budget, 50, 5 * SECOND);
        assertThat(retries(budget, 9 * SECOND)).isEqualTo(10);
        assertThat(retries(budget, 10 * SECOND))
                .as("requests of the first second are forgotten")
                .isZero();
        requests(budget, 50, 10 * SECOND);
        assertThat(retries(budget, 10 * SECOND)).isEqualTo(10);
        assertThat(retries(budget, 60 * SECOND)).isZero();
    }

    @Test
    void aQuietPoolHasItsFloor() {
        RetryBudget budget = RetryBudget.of(0, 3);
        assertThat(retries(budget, 0)).as("10 seconds' worth").isEqualTo(30);
        assertThat(retries(budget, 9 * SECOND)).isZero();
        assertThat(retries(budget, 10 * SECOND)).isEqualTo(30);
    }

    @Test
    void thePartThatIsUsedIsKnown() {
        RetryBudget budget = RetryBudget.of(0.2, 1);
        assertThat(budget.used(0)).isZero();
        requests(budget, 50, 0);
        budget.tryRetry(0);
        assertThat(budget.used(SECOND)).isEqualTo(0.05);
        retries(budget, SECOND);
        assertThat(budget.used(SECOND)).isEqualTo(1);
        assertThat(budget.hasRoom(SECOND)).isFalse();
        assertThat(budget.used(20 * SECOND)).isZero();
        assertThat(RetryBudget.of(0, 0).used(0)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 10.1, Double.NaN})
    void aRatioOutOfRangeIsRefused(double ratio) {
        assertThatThrownBy(() -> RetryBudget.of(ratio, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retry budget ratio must be 0 to 10: " + ratio);
    }

    @Test
    void aNegativeFloorIsRefused() {
        assertThatThrownBy(() -> RetryBudget.of(0.2, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retry budget floor must not be negative: -1");
    }

    private static void requests(RetryBudget budget, int count, long nanos) {
        for (int i = 0; i < count; i++) {
            budget.request(nanos);
        }
    }

    private static int retries(RetryBudget budget, long nanos) {
        int allowed = 0;
        while (budget.tryRetry(nanos)) {
            allowed++;
        }
        return allowed;
    }
}
