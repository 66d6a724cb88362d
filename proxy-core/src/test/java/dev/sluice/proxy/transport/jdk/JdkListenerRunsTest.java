package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class JdkListenerRunsTest {
    private final Deque<Runnable> handedOver = new ArrayDeque<>();
    private final JdkListenerRuns runs = new JdkListenerRuns(handedOver::add);

    private static void nothing() {}

    @Test
    void withoutADrainNothingSettles() {
        runs.execute(JdkListenerRunsTest::nothing);
        handedOver.remove().run();
        runs.execute(JdkListenerRunsTest::nothing);
        assertThat(handedOver).hasSize(1);
    }

    @Test
    void anIdleOneSettlesAtOnce() {
        assertThat(runs.drain().fired()).isTrue();
    }

    @Test
    void aDrainWaitsForWhatWasHandedOverBeforeAndDuringIt() {
        runs.execute(JdkListenerRunsTest::nothing);
        assertThat(runs.drain().fired()).isFalse();
        runs.execute(JdkListenerRunsTest::nothing);
        handedOver.remove().run();
        assertThat(runs.drain().fired()).isFalse();
        handedOver.remove().run();
        assertThat(runs.drain().fired()).isTrue();
    }

    @Test
    void whatComesAfterIsDropped() {
        runs.drain();
        runs.execute(JdkListenerRunsTest::nothing);
        assertThat(handedOver).isEmpty();
    }

    @Test
    void aClosedOneDropsWhatComesEvenIfOthersStillRun() {
        runs.execute(JdkListenerRunsTest::nothing);
        runs.close();
        runs.execute(JdkListenerRunsTest::nothing);
        assertThat(handedOver).hasSize(1);
    }

    @Test
    void aTaskThatFailsIsOver() {
        runs.execute(() -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(() -> handedOver.remove().run()).hasMessage("broken");
        assertThat(runs.drain().fired()).isTrue();
    }

    @Test
    void aTaskThatIsRejectedDoesNotCount() {
        JdkListenerRuns rejecting = new JdkListenerRuns(task -> {
            throw new RejectedExecutionException("full");
        });
        assertThatThrownBy(() -> rejecting.execute(JdkListenerRunsTest::nothing))
                .hasMessage("full");
        assertThat(rejecting.drain().fired()).isTrue();
    }
}
