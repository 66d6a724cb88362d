package dev.sluice.balancer.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {
    private static final Duration MEMORY = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime();
    private final RecentAnswers recent = new RecentAnswers(MEMORY.toNanos());

    private void count(int times, boolean error) {
        for (int i = 0; i < times; i++) {
            recent.count(error, time.nanos());
        }
    }

    private void assertKnown(int answers, int errors) {
        assertThat(recent.answers(time.nanos())).isEqualTo(answers);
        assertThat(recent.errors(time.nanos())).isEqualTo(errors);
    }

    @Test
    void atFirstThereAreNoAnswers() {
        assertKnown(0, 0);
    }

    @Test
    void answersAndTheirErrorsAreCounted() {
        count(3, false);
        count(2, true);
        assertKnown(5, 2);
    }

    @Test
    void onlyTheLatestAnswersCount() {
        count(4, true);
        count(RecentAnswers.MOST - 1, false);
        assertKnown(RecentAnswers.MOST, 1);
        count(1, false);
        assertKnown(RecentAnswers.MOST, 0);
        count(3 * RecentAnswers.MOST, true);
        assertKnown(RecentAnswers.MOST, RecentAnswers.MOST);
    }

    @Test
    void answersAreForgottenIfNoneComesForAWhile() {
        count(7, true);
        time.advance(MEMORY);
        assertKnown(7, 7);
        time.advance(Duration.ofNanos(1));
        assertKnown(0, 0);

        count(1, false);
        assertKnown(1, 0);
    }

    @Test
    void eachAnswerKeepsTheEarlierOnes() {
        for (int i = 0; i < 5; i++) {
            count(1, true);
            time.advance(MEMORY);
        }
        assertKnown(5, 5);
    }

    @Test
    void forgettingLeavesNothing() {
        count(7, true);
        recent.forget();
        assertKnown(0, 0);
        count(1, true);
        assertKnown(1, 1);
    }
}
