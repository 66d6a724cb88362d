package dev.sluice.balancer.outlier;

import static dev.sluice.balancer.health.EjectionPolicy.FailureKind.CONNECT;
import static dev.sluice.balancer.health.EjectionPolicy.FailureKind.GATEWAY;
import static dev.sluice.balancer.health.EjectionPolicy.FailureKind.SERVER_ERROR;
import static dev.sluice.balancer.health.EjectionPolicy.FailureKind.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PassiveHealthTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = 1_000 * SECOND;
    private PassiveHealth health = new PassiveHealth(EjectionPolicy.DEFAULT, now);

    @Test
    void fiveFailuresInARowOfAnyKindEject() {
        assertThat(fail(CONNECT, TIMEOUT, GATEWAY, CONNECT)).isNull();
        assertThat(fail(GATEWAY)).isEqualTo("5 attempts in a row failed");
        assertThat(fail(GATEWAY)).isEqualTo("6 attempts in a row failed");
    }

    @Test
    void aSuccessRestartsTheRow() {
        fail(CONNECT, CONNECT, CONNECT, CONNECT);
        health.succeeded(0, now);
        assertThat(fail(CONNECT, CONNECT, CONNECT, CONNECT)).isNull();
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void eachKindHasItsOwnThreshold(FailureKind kind) {
        use(EjectionPolicy.builder().failures(0).failures(kind, 2));
        assertThat(fail(kind)).isNull();
        assertThat(fail(kind)).isEqualTo("2 attempts in a row " + Failures.words(kind));
        for (FailureKind other : FailureKind.values()) {
            if (other != kind) {
                health.restart(now);
                assertThat(fail(other, other, other, other, other, other)).isNull();
            }
        }
    }

    @Test
    void aFailureOfAnotherKindNeitherCountsNorBreaksTheRow() {
        use(EjectionPolicy.builder().failures(0).failures(CONNECT, 2));
        assertThat(fail(CONNECT, TIMEOUT, TIMEOUT)).isNull();
        assertThat(fail(CONNECT)).isEqualTo("2 attempts in a row failed to connect");
    }

    @Test
    void aSuccessRestartsTheRowOfAKind() {
        use(EjectionPolicy.builder().failures(TIMEOUT, 2));
        fail(TIMEOUT);
        health.succeeded(0, now);
        assertThat(fail(TIMEOUT)).isNull();
    }

    @Test
    void aKindThatDoesNotCountIsASuccess() {
        fail(CONNECT, CONNECT, CONNECT, CONNECT);
        assertThat(fail(SERVER_ERROR)).isNull();
        assertThat(fail(CONNECT)).isNull();
        assertThat(health.window(now)).isEqualTo(new WindowStats(1, 5, 1, 0, 0));
    }

    @Test
    void whichKindsCountCanBeSet() {
        use(EjectionPolicy.builder().failures(2).kinds(SERVER_ERROR));
        assertThat(fail(CONNECT, CONNECT, SERVER_ERROR)).isNull();
        assertThat(fail(SERVER_ERROR)).isEqualTo("2 attempts in a row failed");
    }

    @Test
    void aKindThatHasOnlyItsThresholdDoesNotCountInTheRates() {
        use(EjectionPolicy.builder().failures(SERVER_ERROR, 9));
        fail(SERVER_ERROR);
        assertThat(health.window(now).requests()).isZero();
    }

    @Test
    void aKindThatHasOnlyItsThresholdDoesNotCountInTheCommonRow() {
        use(EjectionPolicy.builder().failures(SERVER_ERROR, 9));
        fail(SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, SERVER_ERROR);
        assertThat(fail(CONNECT)).isNull();
    }

    @Test
    void nothingEjectsWhenEjectionIsOff() {
        use(EjectionPolicy.OFF.toBuilder());
        for (int i = 0; i < 100; i++) {
            assertThat(fail(CONNECT)).isNull();
        }
    }

    @Test
    void theWindowHasTheResultsOfItsTime() {
        now += SECOND;
        health.succeeded(30, now);
        now += 15 * SECOND;
        health.succeeded(50, now);
        fail(CONNECT);
        assertThat(health.window(now)).isEqualTo(new WindowStats(2, 1, 0, 2, 80));
        assertThat(health.window(now).meanLatencyNanos()).isEqualTo(40);
        now += 20 * SECOND;
        assertThat(health.window(now)).isEqualTo(new WindowStats(1, 1, 0, 1, 50));
    }

    @Test
    void afterAReturnEarlierResultsDoNotCount() {
        fail(CONNECT, CONNECT, CONNECT, CONNECT);
        health.succeeded(0, now);
        fail(CONNECT, CONNECT, CONNECT, CONNECT);
        long before = now;
        now += SECOND;
        health.restart(now);
        assertThat(health.window(now).requests()).isZero();
        assertThat(health.failed(CONNECT, before, now)).isNull();
        health.succeeded(2 * SECOND, now);
        assertThat(health.window(now).requests()).isZero();
        assertThat(fail(CONNECT, CONNECT, CONNECT, CONNECT)).isNull();
        assertThat(fail(CONNECT)).isNotNull();
    }

    @Test
    void eachFurtherEjectionLastsLongerUpToTheMaximum() {
        use(EjectionPolicy.builder().maxEjectFor(Duration.ofSeconds(25)));
        assertThat(out(4)).containsExactly(10L, 20L, 25L, 25L);
    }

    @Test
    void timeInUseThatEndsInASuccessShortensTheNextEjection() {
        assertThat(out(3)).containsExactly(10L, 20L, 30L);
        now += 120 * SECOND;
        health.succeeded(0, now);
        assertThat(out(1)).containsExactly(20L);
    }

    @Test
    void afterManyEjectionsTheTimeShrinksAsFastAsItGrew() {
        use(EjectionPolicy.builder().maxEjectFor(Duration.ofSeconds(25)));
        out(9);
        now += 120 * SECOND;
        health.succeeded(0, now);
        assertThat(out(1)).containsExactly(20L);
    }

    @Test
    void timeWithoutASuccessShortensNothing() {
        out(1);
        now += 3_600 * SECOND;
        assertThat(out(1)).containsExactly(20L);
    }

    @Test
    void aSuccessDuringAnEjectionShortensNothing() {
        out(1);
        Duration second = health.ejected(now);
        health.succeeded(0, now + 600 * SECOND);
        now += 600 * SECOND;
        health.restart(now);
        assertThat(second).isEqualTo(Duration.ofSeconds(20));
        assertThat(out(1)).containsExactly(30L);
    }

    @Test
    void aFailedTrialLengthensTheEjectionEvenAfterATimeOfGoodHealth() {
        out(3);
        now += 120 * SECOND;
        health.succeeded(0, now);
        assertThat(health.ejected(now)).isEqualTo(Duration.ofSeconds(20));
        now += 20 * SECOND;
        assertThat(health.ejected(now)).isEqualTo(Duration.ofSeconds(30));
    }

    private List<Long> out(int times) {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Duration time = health.ejected(now);
            seconds.add(time.toSeconds());
            now += time.toNanos();
            health.restart(now);
        }
        return seconds;
    }

    private void use(EjectionPolicy.Builder policy) {
        health = new PassiveHealth(policy.build(), now);
    }

    /** Reports these failures in order. Returns the result of the last one. */
    private @Nullable String fail(FailureKind... kinds) {
        String reason = null;
        for (FailureKind kind : kinds) {
            reason = health.failed(kind, now, now);
        }
        return reason;
    }
}
