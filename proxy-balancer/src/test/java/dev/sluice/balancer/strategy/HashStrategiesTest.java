package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all hashing strategies have in common. */
class HashStrategiesTest {
    private static final int KEYS = 10_000;
    private static final HashPolicy BY_PATH = HashPolicy.by(RequestKey.path());
    private static final HashPolicy ONE_KEY = HashPolicy.by(request -> "the same");

    static List<Function<HashPolicy, LoadBalancer>> strategies() {
        return List.of(
                policy -> new RingHash(policy, RingHash.POINTS),
                policy -> new Maglev(policy, Maglev.TABLE_SIZE),
                Rendezvous::new);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theSameKeyGoesToTheSameMember(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(100);
        LoadBalancer strategy = pick.prepared(kind.apply(BY_PATH));
        assertThat(pick.owners(strategy, KEYS)).isEqualTo(pick.owners(pick.prepared(strategy), KEYS));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whenMembersAreOutOnlyTheirKeysMoveAndComeBackWithThem(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(100);
        LoadBalancer strategy = pick.prepared(kind.apply(BY_PATH));
        int[] before = pick.owners(strategy, KEYS);
        int[] meanwhile = pick.without(7, 8, 9).owners(strategy, KEYS);
        for (int key = 0; key < KEYS; key++) {
            boolean wasOut = before[key] >= 7 && before[key] <= 9;
            assertThat(meanwhile[key] != before[key]).isEqualTo(wasOut);
        }
        assertThat(pick.with(7).with(8).with(9).owners(strategy, KEYS)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theKeysOfAMemberThatIsOutAreSpreadOverAllOthers(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(11);
        LoadBalancer strategy = pick.prepared(kind.apply(BY_PATH));
        int[] before = pick.owners(strategy, 22_000);
        int[] meanwhile = pick.without(5).owners(strategy, 22_000);
        int[] more = new int[11];
        for (int key = 0; key < before.length; key++) {
            more[meanwhile[key]] += before[key] == 5 ? 1 : 0;
        }
        // About 2,000 keys for ten other members.
        for (int i = 0; i < 11; i++) {
            assertThat(more[i]).isBetween(i == 5 ? 0 : 120, i == 5 ? 0 : 300);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void keysMoveToAMemberInSlowStartOneAfterAnotherAndStay(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(10);
        LoadBalancer strategy = pick.prepared(kind.apply(BY_PATH));
        int[] end = pick.owners(strategy, KEYS);
        int[] last = pick.without(3).owners(strategy, KEYS);
        pick.with(3);
        for (double part : new double[] {0.2, 0.5, 0.8, 1}) {
            int[] now = pick.part(3, part).owners(strategy, KEYS);
            int own = 0;
            for (int key = 0; key < KEYS; key++) {
                assertThat(now[key]).isIn(last[key], 3);
                own += now[key] == 3 ? 1 : 0;
            }
            // About 1,000 keys are its own, as the ring is uneven.
            assertThat((double) own).isBetween(part * 1_000 - 200, part * 1_000 + 200);
            last = now;
        }
        assertThat(last).isEqualTo(end);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void membersWithEqualSlowStartsHaveTheirFinalKeys(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(5);
        LoadBalancer strategy = pick.prepared(kind.apply(BY_PATH));
        int[] end = pick.owners(strategy, KEYS);
        for (int i = 0; i < 5; i++) {
            pick.part(i, 0.1);
        }
        assertThat(pick.owners(strategy, KEYS)).isEqualTo(end);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void boundedLoadHoldsForEachRequestEvenIfAllHaveTheSameKey(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.weights(1, 1, 2, 1, 5, 1, 1).without(3, 4);
        LoadBalancer strategy = pick.prepared(kind.apply(ONE_KEY.withBoundedLoad(1.25)));
        for (int i = 1; i <= 2_000; i++) {
            pick.begin(strategy.pick(pick));
            for (TestPick.TestMember member : pick.members()) {
                double average = i * member.weight() / 6.0;
                // The average counts only the members that may be picked.
                assertThat(member.inFlight()).isLessThanOrEqualTo((int) Math.ceil(1.25 * average));
            }
        }
        assertThat(pick.members().get(3).inFlight()).isZero();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void boundedLoadMovesNoKeyWhileItsMemberHasRoom(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(4);
        int[] homes = pick.owners(pick.prepared(kind.apply(BY_PATH)), KEYS);
        LoadBalancer bounded = pick.prepared(kind.apply(BY_PATH.withBoundedLoad(1.25)));
        // 1.25 times the average of 4.25 is 5.3, rounded up 6.
        int[] owners = pick.inFlight(6, 5, 3, 2).owners(bounded, KEYS);
        for (int key = 0; key < KEYS; key++) {
            assertThat(owners[key] != homes[key]).isEqualTo(homes[key] == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void withoutABoundAKeyBelongsToOneMember(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.of(7);
        assertThat(pick.fill(pick.prepared(kind.apply(ONE_KEY)), 500)).contains(500);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aRequestWithoutAKeyIsPickedByTheOtherStrategy(Function<HashPolicy, LoadBalancer> kind) {
        for (RequestKey none : List.<RequestKey>of(request -> null, request -> "")) {
            TestPick pick = TestPick.weights(5, 1, 1);
            HashPolicy policy = HashPolicy.by(none).withKeyless(new SmoothWeightedRoundRobin());
            LoadBalancer strategy = pick.prepared(kind.apply(policy));
            String ids = pick.ids(strategy, 3);
            // The state of the other strategy survives a change of the topology.
            assertThat(ids + pick.ids(pick.prepared(strategy), 4)).isEqualTo("aabacaa");
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void allProxiesAgreeWhateverTheOrderOfTheMembers(Function<HashPolicy, LoadBalancer> kind) {
        TestPick pick = TestPick.weights(1, 2, 3, 4);
        TestPick reversed = TestPick.reversed(4, 3, 2, 1);
        int[] owners = pick.owners(pick.prepared(kind.apply(BY_PATH)), 1_000);
        int[] others = reversed.owners(reversed.prepared(kind.apply(BY_PATH)), 1_000);
        for (int key = 0; key < 1_000; key++) {
            assertThat(others[key]).isEqualTo(3 - owners[key]);
        }
    }

    @Test
    void theTableIsBuiltAgainOnlyWhenIdsOrWeightsHaveChanged() {
        KeyTable.Builder builder = roster -> new MaglevTable(roster, 101);
        HashChoice first = new HashChoice(BY_PATH).over(TestPick.weights(1, 2).members(), builder);
        HashChoice same = first.over(TestPick.weights(1, 2).members(), builder);
        HashChoice reordered = same.over(TestPick.reversed(2, 1).members(), builder);
        HashChoice reweighted = same.over(TestPick.weights(1, 3).members(), builder);
        HashChoice added = same.over(TestPick.weights(1, 2, 1).members(), builder);
        assertThat(same.table()).isSameAs(first.table());
        assertThat(reordered.table()).isSameAs(first.table());
        assertThat(reweighted.table()).isNotSameAs(first.table());
        assertThat(added.table()).isNotSameAs(first.table());
        TestPick pick = TestPick.reversed(2, 1);
        assertThat(reordered.pick(pick)).isEqualTo(1 - first.pick(TestPick.weights(1, 2)));
    }
}
