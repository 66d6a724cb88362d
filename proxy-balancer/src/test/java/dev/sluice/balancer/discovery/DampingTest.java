package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.discovery.Damping.Decision;
import dev.sluice.proxy.time.TimeSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times are in seconds; the hold-down is 10, at most 80. */
class DampingTest {
    private static final long SECOND = 1_000_000_000L;

    private final Damping damping = new Damping(policy(false, 0));

    private static DampingPolicy policy(boolean allowEmpty, double minShare) {
        return new DampingPolicy(10 * SECOND, 80 * SECOND, allowEmpty, minShare);
    }

    private static Member member(String id) {
        return Member.at("http://" + id + ".test").withId(id);
    }

    private static Decision answer(Damping damping, long seconds, String ids) {
        List<Member> found = Arrays.stream(ids.split(" "))
                .filter(id -> !id.isEmpty())
                .map(DampingTest::member)
                .toList();
        return damping.answer(found, seconds * SECOND);
    }

    private String after(long seconds, String ids) {
        return inUse(answer(damping, seconds, ids));
    }

    private static String inUse(Decision decision) {
        return String.join(" ", decision.members().stream().map(Member::id).toList());
    }

    @Test
    void aFoundMemberIsUsedAtOnceAndKeepsItsPlace() {
        assertThat(after(0, "a b")).isEqualTo("a b");
        assertThat(after(1, "c b a")).isEqualTo("a b c");
    }

    @Test
    void newSettingsTakeEffectAtOnce() {
        after(0, "a b");
        Member heavier = member("a").withWeight(7);

        assertThat(damping.answer(List.of(heavier, member("b")), SECOND).members())
                .containsExactly(heavier, member("b"));
    }

    @Test
    void aMemberIsRemovedWhenItHasBeenMissingForTheHoldDown() {
        after(0, "a b");
        Decision held = answer(damping, 5, "a");
        assertThat(inUse(held)).isEqualTo("a b");
        assertThat(held.held()).containsExactly("b");
        assertThat(held.dueNanos()).isEqualTo(15 * SECOND);

        assertThat(after(14, "a")).isEqualTo("a b");
        Decision gone = answer(damping, 15, "a");
        assertThat(inUse(gone)).isEqualTo("a");
        assertThat(gone.held()).isEmpty();
        assertThat(gone.dueNanos()).isEqualTo(TimeSource.NEVER);
    }

    @Test
    void aMemberThatComesBackInTimeHasAWholeHoldDownAgain() {
        after(0, "a b");
        after(1, "a");
        after(10, "a b");
        after(11, "a");

        assertThat(after(30, "a")).isEqualTo("a b");
    }

    @Test
    void eachTimeAMemberComesBackItsHoldDownDoublesUpToTheMaximum() {
        long now = 0;
        for (long hold : new long[] {10, 20, 40, 80, 80}) {
            after(now, "a b");
            after(now + 1, "a");
            assertThat(after(now + hold, "a")).as("held for " + hold).isEqualTo("a b");
            assertThat(after(now + 1 + hold, "a")).as("held for " + hold).isEqualTo("a");
            now += hold + 2;
        }
    }

    @Test
    void aFlappingMemberIsNotRemovedInTheEnd() {
        int changes = 0;
        String before = after(0, "a b");
        for (int second = 1; second <= 600; second++) {
            String now = after(second, second / 15 % 2 == 0 ? "a b" : "a");
            changes += now.equals(before) ? 0 : 1;
            before = now;
        }
        assertThat(changes).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"79, 20", "80, 10"})
    void oneThatHasStayedForTheLongestHoldDownIsAsNew(int stayed, int hold) {
        after(0, "a b");
        after(1, "a");
        after(2, "a b");
        after(2 + stayed, "a b");
        int gone = 3 + stayed;
        after(gone, "a");

        assertThat(after(gone + hold - 1, "a")).isEqualTo("a b");
        assertThat(after(gone + hold, "a")).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({"89, 20", "90, 10"})
    void oneThatHasBeenAwayForTheLongestHoldDownIsForgotten(int away, int hold) {
        after(0, "a b");
        after(1, "a");
        after(1 + away, "a");
        after(100, "a b");
        after(101, "a");

        assertThat(after(101 + hold - 1, "a")).isEqualTo("a b");
        assertThat(after(101 + hold, "a")).isEqualTo("a");
    }

    @Test
    void withoutAHoldDownAMemberGoesAtOnce() {
        Damping none = new Damping(new DampingPolicy(0, 0, false, 0));
        answer(none, 0, "a b");

        assertThat(inUse(answer(none, 1, "a"))).isEqualTo("a");
    }

    @Test
    void anEmptyAnswerRemovesNoMember() {
        after(0, "a b");
        for (int second = 1; second < 100; second++) {
            Decision decision = answer(damping, second, "");
            assertThat(inUse(decision)).isEqualTo("a b");
            assertThat(decision.doubt()).isEqualTo("no members were found");
            assertThat(decision.held()).containsExactly("a", "b");
            assertThat(decision.dueNanos()).isEqualTo(TimeSource.NEVER);
        }
        assertThat(after(100, "a")).isEqualTo("a b");
    }

    @Test
    void anEmptyAnswerEmptiesThePoolAfterTheHoldDownIfAllowed() {
        Damping allowing = new Damping(policy(true, 0));
        answer(allowing, 0, "a b");

        assertThat(inUse(answer(allowing, 1, ""))).isEqualTo("a b");
        assertThat(inUse(answer(allowing, 11, ""))).isEmpty();
        assertThat(answer(allowing, 12, "").doubt()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"a b, true", "a, false", "e, false", "e f, true"})
    void anAnswerOfLessThanTheLeastShareAddsAndTakesNoneAway(String ids, boolean believed) {
        Damping half = new Damping(policy(false, 0.5));
        answer(half, 0, "a b c d");
        answer(half, 1, ids);
        Decision decision = answer(half, 2, ids);

        assertThat(decision.doubt() == null).isEqualTo(believed);
        assertThat(inUse(decision))
                .startsWith("a b c d")
                .endsWith(ids.substring(ids.length() - 1).equals("e") ? "e" : "");
        int size = ids.split(" ").length;
        assertThat(answer(half, 50, ids).members()).hasSize(believed ? size : ids.equals("e") ? 5 : 4);
    }

    @Test
    void theDoubtSaysHowManyWereFound() {
        Damping half = new Damping(policy(false, 0.5));
        answer(half, 0, "a b c");

        assertThat(answer(half, 1, "a").doubt()).isEqualTo("found only 1 of 3 members");
    }
}
