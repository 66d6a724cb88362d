package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EveryStrategyTest {
    private static final RequestKey KEY = RequestKey.path();

    static List<LoadBalancer> strategies() {
        HashPolicy bounded = HashPolicy.by(KEY).withBoundedLoad(1.25);
        return List.of(
                new RoundRobin(),
                new SmoothWeightedRoundRobin(),
                RandomChoice.even(),
                RandomChoice.byWeight(),
                new LeastRequests(),
                new LeastLoad(LoadMetric.PEAK_EWMA),
                new PowerOfTwoChoices(),
                new PowerOfTwoChoices(LoadMetric.PEAK_EWMA),
                PowerOfTwoChoices.bestOf(3, LoadMetric.IN_FLIGHT),
                new ClientAddressHash(),
                new RingHash(KEY),
                new Maglev(KEY),
                new Rendezvous(KEY),
                new RingHash(bounded, RingHash.POINTS),
                new Maglev(bounded, Maglev.TABLE_SIZE),
                new Rendezvous(bounded),
                new Maglev(request -> null));
    }

    /** All strategies except the one that gets the same key each time. */
    static List<LoadBalancer> spreading() {
        return strategies().stream()
                .filter(strategy -> !(strategy instanceof ClientAddressHash))
                .toList();
    }

    /** The strategies that use weights. */
    static List<LoadBalancer> weighted() {
        return spreading().stream()
                .filter(strategy ->
                        !(strategy instanceof RoundRobin || strategy.toString().equals("random")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void noMemberIsPickedWhenNoneIsEligible(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 2).without(0, 1);
        assertThat(pick.prepared(strategy).pick(pick)).isEqualTo(-1);
        assertThat(strategy.pick(pick)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void noMemberIsPickedFromAnEmptyPool(LoadBalancer strategy) {
        TestPick pick = TestPick.weights();
        assertThat(pick.prepared(strategy).pick(pick)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aPoolOfOneIsServed(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(3);
        assertThat(pick.ids(pick.prepared(strategy), 3)).isEqualTo("aaa");
    }

    @ParameterizedTest
    @MethodSource("spreading")
    void onlyEligibleMembersArePicked(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 1, 9, 1, 1).without(0, 2, 4);
        int[] shares = pick.shares(pick.prepared(strategy), 1_000);
        assertThat(shares[1] + shares[3]).isEqualTo(1_000);
        assertThat(shares[1]).isBetween(440, 560);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theOnlyEligibleMemberOfManyIsFound(LoadBalancer strategy) {
        TestPick pick = TestPick.of(1_000)
                .without(IntStream.range(0, 1_000).filter(i -> i != 777).toArray());
        assertThat(pick.prepared(strategy).pick(pick)).isEqualTo(777);
    }

    @ParameterizedTest
    @MethodSource("spreading")
    void itWorksWithoutBeingPrepared(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 1, 1);
        assertThat(Arrays.stream(pick.shares(strategy, 3_000))).allMatch(share -> share > 880 && share < 1_120);
    }

    @ParameterizedTest
    @MethodSource("weighted")
    void sharesAreByWeight(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 3, 4);
        int[] shares = pick.shares(pick.prepared(strategy), 8_000);
        assertThat(shares[0]).isBetween(800, 1_200);
        assertThat(shares[1]).isBetween(2_750, 3_250);
    }

    @ParameterizedTest
    @MethodSource("spreading")
    void aMemberInSlowStartHasAProportionalShare(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 1, 1).part(1, 0.25);
        int[] shares = pick.shares(pick.prepared(strategy), 9_000);
        // 0.25 of 2.25 of all 9,000 picks are 1,000. A quarter of the 3,000 picks with the member's own keys are 750.
        assertThat(shares[1]).isBetween(660, 1_120);
        assertThat(Math.abs(shares[0] - shares[2])).isLessThan(900);
    }

    @ParameterizedTest
    @MethodSource("spreading")
    void equalSlowStartsDoNotChangeTheShares(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 1, 1).part(0, 0.1).part(1, 0.1).part(2, 0.1);
        assertThat(Arrays.stream(pick.shares(pick.prepared(strategy), 3_000)))
                .allMatch(share -> share > 820 && share < 1_180);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void membersThatComeAndGoDuringAPickDoNotDisturbIt(LoadBalancer strategy) {
        TestPick pick = TestPick.weights(1, 2, 3, 4).part(2, 0.5);
        LoadBalancer prepared = pick.prepared(strategy);
        Flickering flickering = new Flickering(pick, new SplittableRandom(7));
        for (int i = 0; i < 2_000; i++) {
            assertThat(prepared.pick(flickering)).isBetween(-1, 3);
        }
    }

    /** Whether a member is eligible may change between two questions, for example when its limit is reached. */
    private record Flickering(TestPick pick, RandomGenerator chance) implements Pick {
        @Override
        public ProxyRequest request() {
            return pick.request();
        }

        @Override
        public int size() {
            return pick.size();
        }

        @Override
        public Candidate candidate(int index) {
            pick.inFlight(chance.nextInt(5), chance.nextInt(5), chance.nextInt(5), chance.nextInt(5));
            return pick.candidate(index);
        }

        @Override
        public boolean eligible(int index) {
            return chance.nextBoolean();
        }

        @Override
        public double weight(int index) {
            return pick.weight(index);
        }

        @Override
        public long inFlight() {
            return chance.nextInt(20);
        }

        @Override
        public long ticket() {
            return chance.nextLong();
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public RandomGenerator random() {
            return chance;
        }
    }
}
