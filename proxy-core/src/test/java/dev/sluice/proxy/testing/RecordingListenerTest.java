package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecordingListenerTest {
    private final RecordingListener listener = new RecordingListener();

    @Test
    void exchangesThatEndElsewhereAreWaitedFor() throws Exception {
        Exchange first = begin();
        Exchange second = begin();
        assertThat(listener.records()).isEmpty();

        Thread waiter = Thread.currentThread();
        TimeSource.system().start("end", () -> {
            while (waiter.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            second.end(Outcome.COMPLETED);
            first.end(Outcome.CLIENT_LEFT);
        });

        assertThat(listener.awaitEnded(2)).containsExactly(second.record(), first.record());
    }

    @Test
    void thoseThatHaveEndedAreNotWaitedFor() throws Exception {
        begin().end(Outcome.COMPLETED);
        begin();

        assertThat(listener.awaitEnded(1)).hasSize(1);
        assertThat(listener.awaitEnded(0)).hasSize(1);
    }

    private Exchange begin() {
        return Exchange.builder(TimeSource.system()).listener(listener).begin();
    }
}
