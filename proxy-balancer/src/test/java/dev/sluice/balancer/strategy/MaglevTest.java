package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.proxy.key.RequestKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTest {
    private static final int SIZE = Maglev.TABLE_SIZE;

    @Test
    void theFullestOfAThousandMembersHasHardlyMoreThanTheAverage() {
        int[] counts = counts(TestPick.of(1_000).members());
        // The paper's figure 12: 1.007 for this size of table.
        assertThat(Arrays.stream(counts).max().orElseThrow() / (SIZE / 1_000.0)).isCloseTo(1.007, within(0.0005));
    }

    /** §5.3 of the paper: how many entries change when the table is built again without the members that failed. */
    @Test
    void aTableWithoutOneMemberInAHundredMovesAFewOtherEntriesToo() {
        List<TestPick.TestMember> members = TestPick.of(1_000).members();
        Roster all = Roster.over(members);
        Roster left = Roster.over(TestPick.renumbered(
                members.stream().filter(member -> member.index() % 100 != 42).toList()));
        int[] before = new MaglevTable(all, SIZE).slots();
        int[] after = new MaglevTable(left, SIZE).slots();
        int changed = 0;
        int needlessly = 0;
        for (int slot = 0; slot < SIZE; slot++) {
            boolean failed = all.index(before[slot]) % 100 == 42;
            boolean moved = failed || all.hash(before[slot]) != left.hash(after[slot]);
            changed += moved ? 1 : 0;
            needlessly += moved && !failed ? 1 : 0;
        }
        assertThat(changed / (double) SIZE).isCloseTo(0.033, within(0.004));
        assertThat(needlessly / (double) SIZE).isCloseTo(0.023, within(0.004));
    }

    @Test
    void theTableDoesNotDependOnTheOrderOfTheMembers() {
        Roster one = Roster.over(TestPick.weights(1, 2, 3, 4, 5).members());
        Roster other = Roster.over(TestPick.reversed(5, 4, 3, 2, 1).members());
        int[] slots = new MaglevTable(one, 101).slots();
        assertThat(new MaglevTable(other, 101).slots()).isEqualTo(slots);
        assertThat(one.index(slots[0])).isEqualTo(4 - other.index(slots[0]));
    }

    @Test
    void entriesAreByWeight() {
        assertThat(counts(TestPick.weights(1, 2, 5).members())).satisfies(counts -> {
            assertThat((double) counts[0]).isCloseTo(SIZE / 8.0, within(1.0));
            assertThat((double) counts[1]).isCloseTo(SIZE / 4.0, within(1.0));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-7, 0, 1, 4, 65_536, 16_777_259})
    void aTableWhoseSizeIsNoPrimeIsRefused(int size) {
        assertThatThrownBy(() -> new Maglev(HashPolicy.by(RequestKey.path()), size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tableSize must be a prime number up to 16777216: " + size);
    }

    private static int[] counts(List<TestPick.TestMember> members) {
        int[] counts = new int[members.size()];
        Roster roster = Roster.over(members);
        for (int rank : new MaglevTable(roster, SIZE).slots()) {
            counts[roster.index(rank)]++;
        }
        return counts;
    }
}
