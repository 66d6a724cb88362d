package dev.sluice.balancer.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerComparisonTest {
    private static final EjectionPolicy LATENCY =
            EjectionPolicy.builder().latencyFactor(3).build();

    @Test
    void oneFailingMemberOfFiveIsAnOutlier() {
        assertThat(PeerComparison.outliers(EjectionPolicy.DEFAULT, failures(0, 0, 0, 40, 0)))
                .containsExactly(new Outlier(
                        3, "40.0 % of its last 100 attempts failed, of all members on average 8.0 %", false));
    }

    @Test
    void aMemberSlightlyWorseThanItsPeersIsNotAnOutlier() {
        assertThat(indices(EjectionPolicy.DEFAULT, failures(10, 20, 30, 40, 50, 60)))
                .isEmpty();
    }

    @Test
    void noMemberIsAnOutlierIfAllFailAlike() {
        assertThat(indices(EjectionPolicy.DEFAULT, failures(90, 90, 90, 90, 90, 90)))
                .isEmpty();
    }

    @Test
    void theWorstComesFirst() {
        assertThat(indices(EjectionPolicy.DEFAULT, failures(0, 0, 50, 0, 0, 0, 55, 0, 0, 0, 0, 0, 0, 0)))
                .containsExactly(6, 2);
    }

    @Test
    void fewerMembersThanTheMinimumAreNotCompared() {
        EjectionPolicy sensitive =
                EjectionPolicy.builder().successRateFactor(1.2).build();
        assertThat(indices(sensitive, failures(0, 0, 0, 40))).isEmpty();
        assertThat(indices(sensitive.toBuilder().minMembers(4).build(), failures(0, 0, 0, 40)))
                .containsExactly(3);
    }

    @Test
    void membersWithTooFewRequestsAreNeitherJudgedNorPeers() {
        List<WindowStats> members = failures(0, 0, 0, 0, 40);
        members.set(4, new WindowStats(59, 40, 0, 0, 0));
        members.addAll(failures(0));
        assertThat(indices(EjectionPolicy.DEFAULT, members)).isEmpty();
        members.set(4, new WindowStats(60, 40, 0, 0, 0));
        assertThat(indices(EjectionPolicy.DEFAULT, members)).containsExactly(4);
        members.set(0, new WindowStats(99, 0, 0, 0, 0));
        members.set(1, new WindowStats(99, 0, 0, 0, 0));
        assertThat(indices(EjectionPolicy.DEFAULT, members)).isEmpty();
    }

    @Test
    void aFailureRateBelowTheFloorIsNeverAnOutlier() {
        assertThat(indices(EjectionPolicy.DEFAULT, failures(0, 0, 0, 0, 4))).isEmpty();
        assertThat(indices(EjectionPolicy.DEFAULT, failures(0, 0, 0, 0, 5))).containsExactly(4);
    }

    @Test
    void theComparisonOfSuccessRatesCanBeSwitchedOff() {
        assertThat(indices(EjectionPolicy.OFF, failures(0, 0, 0, 0, 90))).isEmpty();
    }

    @Test
    void aFailureRateAtTheLimitIsAlwaysAnOutlier() {
        EjectionPolicy policy = EjectionPolicy.builder().failurePercent(50).build();
        assertThat(PeerComparison.outliers(policy, failures(49, 50)))
                .containsExactly(new Outlier(1, "50.0 % of its last 100 attempts failed, the limit is 50 %", false));
        assertThat(indices(policy, failures(60, 70))).containsExactly(1, 0);
        assertThat(indices(EjectionPolicy.DEFAULT, failures(49, 50))).isEmpty();
    }

    @Test
    void aMemberIsReportedOnceEvenIfSeveralRulesFindIt() {
        EjectionPolicy policy = EjectionPolicy.builder().failurePercent(50).build();
        assertThat(indices(policy, failures(0, 0, 0, 0, 80))).containsExactly(4);
    }

    @Test
    void aLatencyOfManyTimesThePeersMedianIsAnOutlier() {
        assertThat(PeerComparison.outliers(LATENCY, latencies(100, 110, 331, 90)))
                .containsExactly(new Outlier(2, "takes 331.0 ms on average, its peers 100.0 ms", false));
        assertThat(indices(LATENCY, latencies(100, 110, 300, 90))).isEmpty();
    }

    @Test
    void aLatencyUpToTheFloorIsNotAnOutlier() {
        assertThat(indices(LATENCY, latencies(1, 1, 100, 1))).isEmpty();
        assertThat(indices(LATENCY, latencies(1, 1, 101, 1))).containsExactly(2);
        EjectionPolicy higher =
                LATENCY.toBuilder().latencyFloor(Duration.ofSeconds(1)).build();
        assertThat(indices(higher, latencies(1, 1, 101, 1))).isEmpty();
    }

    @Test
    void latenciesAreComparedAmongThreeOrMore() {
        assertThat(indices(LATENCY, latencies(100, 900))).isEmpty();
        assertThat(indices(LATENCY, latencies(100, 900, 100))).containsExactly(1);
        assertThat(indices(LATENCY, latencies(100, 900, 900))).containsExactly(1, 2);
    }

    @Test
    void latenciesAreNotComparedWithTooFewSamples() {
        List<WindowStats> members = latencies(100, 100, 100, 900);
        members.set(3, new WindowStats(1_000, 0, 0, 99, 99 * 900_000_000L));
        assertThat(indices(LATENCY, members)).isEmpty();
    }

    @Test
    void latenciesAreNotComparedByDefault() {
        assertThat(indices(EjectionPolicy.DEFAULT, latencies(1, 1, 1, 1, 9_000)))
                .isEmpty();
    }

    private static List<Integer> indices(EjectionPolicy policy, List<WindowStats> members) {
        return PeerComparison.outliers(policy, members).stream()
                .map(Outlier::index)
                .toList();
    }

    /** Members with 100 attempts each, of which these numbers failed. */
    private static List<WindowStats> failures(int... failed) {
        return new ArrayList<>(Arrays.stream(failed)
                .mapToObj(n -> new WindowStats(100 - n, n, 0, 0, 0))
                .toList());
    }

    private static List<WindowStats> latencies(int... millis) {
        return new ArrayList<>(Arrays.stream(millis)
                .mapToObj(n -> new WindowStats(100, 0, 0, 100, 100 * n * 1_000_000L))
                .toList());
    }
}
