package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConnectionThreadsTest {
    private final Executor executor = VirtualThreads.any().orElse(work -> new Thread(work).start());
    private final ListenerState state = mock(ListenerState.class);

    private ConnectionThreads threads(Executor starts) throws Exception {
        when(state.time()).thenReturn(TimeSource.system());
        when(state.tunnels()).thenReturn(new Tunnels(Integer.MAX_VALUE));
        DirectListenerPool pool = new DirectListenerPool(starts, Integer.MAX_VALUE, false, null);
        return new ConnectionThreads(pool, state, mock(ClientConnections.class));
    }

    /** Otherwise a connection would be left to nobody, and so would one more each time. */
    @Test
    void whereAThreadOfItsOwnCannotBeStartedNoOtherWorkIsLeftInItsPlace() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        CountDownLatch one = new CountDownLatch(1);
        ConnectionThreads[] threads = new ConnectionThreads[1];
        AtomicBoolean fails = new AtomicBoolean(true);
        threads[0] = threads(start -> {
            if (fails.getAndSet(false)) {
                // Another thread begins while this one is not to be had.
                assertThat(threads[0].start(() -> did("other", done, one))).isTrue();
                await(one);
                throw new OutOfMemoryError("thrown on purpose");
            }
            executor.execute(start);
        });
        assertThat(threads[0].start(() -> did("first", done, one))).isFalse();
        assertThat(done).containsExactly("other");
    }

    private static void did(String what, List<String> done, CountDownLatch one) {
        done.add(what);
        one.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
