package dev.sluice.proxy.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListenerQueueTest {
    private final TimeSource real = TimeSource.system();
    private final ListenerQueue queue = new ListenerQueue("a listener");
    private final List<Integer> told = Collections.synchronizedList(new ArrayList<>());

    @Test
    void callsAreMadeInOrderOnAnotherThread() {
        Signal go = new Signal();
        Signal end = new Signal();
        queue.add(real, () -> Awaited.signal(go));
        for (int i = 0; i < 500; i++) {
            int number = i;
            queue.add(real, () -> told.add(number));
        }
        queue.add(real, end::fire);
        go.fire();
        Awaited.signal(end);

        assertThat(told)
                .containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void theOldestCallsAreDroppedAndCountedWhenTooManyWait() {
        Signal began = new Signal();
        Signal go = new Signal();
        Signal end = new Signal();
        queue.add(real, () -> {
            began.fire();
            Awaited.signal(go);
        });
        Awaited.signal(began);
        for (int i = 0; i < 1_500; i++) {
            int number = i;
            queue.add(real, () -> told.add(number));
        }
        queue.add(real, end::fire);
        go.fire();
        Awaited.signal(end);

        assertThat(queue.dropped()).isEqualTo(501);
        assertThat(told)
                .containsExactlyElementsOf(IntStream.range(501, 1_500).boxed().toList());
    }

    @Test
    void aCallThatFailsDoesNotPreventTheNext() {
        Signal end = new Signal();
        queue.add(real, () -> {
            throw new AssertionError("a listener's fault");
        });
        queue.add(real, end::fire);

        Awaited.signal(end);
    }

    @Test
    void itIsIdleWhenNoCallWaitsOrRuns() {
        Signal began = new Signal();
        Signal go = new Signal();
        assertThat(queue.idle().fired()).isTrue();
        queue.add(real, () -> {
            began.fire();
            Awaited.signal(go);
        });
        queue.add(real, () -> told.add(1));
        Awaited.signal(began);
        Signal idle = queue.idle();
        assertThat(idle.fired()).isFalse();
        assertThat(queue.idle()).isSameAs(idle);
        go.fire();
        Awaited.signal(idle);

        assertThat(told).containsExactly(1);
        assertThat(queue.idle().fired()).isTrue();
    }

    @Test
    void withAManualClockACallIsMadeAtOnceAndANestedOneAfterIt() {
        ManualTime time = new ManualTime();
        queue.add(time, () -> {
            queue.add(time, () -> told.add(2));
            told.add(1);
        });

        assertThat(told).containsExactly(1, 2);
    }
}
