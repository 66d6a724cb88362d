package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.LoadBalancer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EveryStrategyTest {
    static List<LoadBalancer> strategies() {
        return List.of(
                new RoundRobin(),
                new SmoothWeightedRoundRobin(),
                new RandomChoice(),
                new LeastRequests(),
                new PowerOfTwoChoices());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void nobodyIsPickedWhenNobodyIsEligible(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 2).without(0, 1);
        assertThat(pick.prepared(strategy).pick(pick)).isEqualTo(-1);
        assertThat(strategy.pick(pick)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aPoolOfOneIsServed(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(3);
        assertThat(pick.ids(pick.prepared(strategy), 3)).isEqualTo("aaa");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void onlyEligibleMembersArePicked(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 1, 9, 1, 1).without(0, 2, 4);
        int[] shares = pick.shares(pick.prepared(strategy), 1_000);
        assertThat(shares[1] + shares[3]).isEqualTo(1_000);
        assertThat(shares[1]).isBetween(440, 560);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theLoneEligibleMemberAmongManyIsFound(LoadBalancer strategy) {
        int[] weights = new int[1_000];
        Arrays.fill(weights, 1);
        TestPick pick = TestPick.weights(weights)
                .without(IntStream.range(0, 1_000).filter(i -> i != 777).toArray());
        assertThat(pick.prepared(strategy).pick(pick)).isEqualTo(777);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void itWorksWithoutBeingPrepared(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 1, 1);
        assertThat(Arrays.stream(pick.shares(strategy, 3_000))).allMatch(share -> share > 880 && share < 1_120);
    }
}
