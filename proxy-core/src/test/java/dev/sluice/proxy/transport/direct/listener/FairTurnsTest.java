package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FairTurnsTest {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final AtomicInteger reports = new AtomicInteger();
    private final FairTurns turns = new FairTurns(waiting::add, reports::incrementAndGet);

    @Test
    void othersStarveWhileAThreadThatWasBegunHasHadNoTurn() {
        turns.sweep(0);
        assertThat(turns.starving()).as("it was only just begun").isFalse();
        turns.sweep(1);
        assertThat(turns.starving()).isTrue();
        turns.sweep(2);
        assertThat(waiting).as("one at a time").hasSize(1);
        waiting.remove().run();
        assertThat(turns.starving()).isFalse();
        turns.sweep(3);
        assertThat(turns.starving()).isFalse();
        assertThat(waiting).hasSize(1);
    }

    @Test
    void itIsReportedOnceIfNobodyHasATurnForTwoSeconds() {
        turns.sweep(0);
        turns.sweep(1_900_000_000L);
        assertThat(reports).hasValue(0);
        turns.sweep(2_000_000_000L);
        turns.sweep(9_000_000_000L);
        assertThat(reports).hasValue(1);
        waiting.remove().run();
        turns.sweep(9_100_000_000L);
        turns.sweep(11_000_000_000L);
        assertThat(reports).hasValue(1);
        turns.sweep(11_100_000_000L);
        assertThat(reports).hasValue(2);
    }

    @Test
    void itAsksAgainAfterThereWasNoMemoryForAThread() {
        AtomicInteger failures = new AtomicInteger(1);
        FairTurns asking = new FairTurns(
                work -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("thrown on purpose");
                    }
                    waiting.add(work);
                },
                () -> {});
        assertThatThrownBy(() -> asking.sweep(0)).isInstanceOf(OutOfMemoryError.class);
        asking.sweep(1);
        assertThat(asking.starving()).isFalse();
        assertThat(waiting).hasSize(1);
    }

    @Test
    void aThreadGivesWayWhileOthersStarveAndGoesOn() {
        turns.giveWay();
        turns.sweep(0);
        turns.sweep(1);
        turns.giveWay();
        waiting.remove().run();
        turns.giveWay();
        assertThat(turns.starving()).isFalse();
    }
}
