package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JdkListenerPoolTest {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Test
    void tasksAboveTheBoundWaitForAThread() throws Exception {
        ExecutorService pool = JdkListenerPool.platform(2);
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(5);
        AtomicInteger atOnce = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            pool.execute(() -> {
                threads.add(Thread.currentThread());
                atOnce.incrementAndGet();
                busy.countDown();
                awaitQuietly(goOn);
                done.countDown();
            });
        }
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(atOnce).hasValue(2);
        goOn.countDown();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(threads).hasSize(2).allMatch(Thread::isDaemon);
        pool.shutdown();
    }

    @Test
    void anIdleThreadIsUsedBeforeANewOne() throws Exception {
        ExecutorService pool = JdkListenerPool.platform(50);
        for (int i = 0; i < 20; i++) {
            CountDownLatch done = new CountDownLatch(1);
            pool.execute(() -> {
                threads.add(Thread.currentThread());
                done.countDown();
            });
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
        }
        assertThat(threads).hasSizeLessThan(10);
        pool.shutdown();
    }

    @Test
    void aClosedPoolRefuses() {
        ExecutorService pool = JdkListenerPool.platform(1);
        JdkListenerPool.close(pool);
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
