package dev.sluice.proxy.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CombiningLockTest {
    private final CombiningLock lock = new CombiningLock();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch atWork = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void endThreads() {
        goOn.countDown();
        threads.shutdownNow();
    }

    /** Somebody is in the middle of its work, until {@link #goOn}. */
    private Future<Thread> busy() throws InterruptedException {
        Future<Thread> first = threads.submit(() -> lock.get(() -> {
            atWork.countDown();
            await(goOn);
            return Thread.currentThread();
        }));
        await(atWork);
        return first;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    /** Leaves a piece of work, and returns once its thread waits for it. */
    private <T> Future<T> leave(Callable<T> caller) throws InterruptedException {
        Thread[] thread = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        Future<T> left = threads.submit(() -> {
            thread[0] = Thread.currentThread();
            begun.countDown();
            return caller.call();
        });
        await(begun);
        while (LockSupport.getBlocker(thread[0]) == null) {
            Thread.onSpinWait();
        }
        return left;
    }

    @Test
    void theOneAtWorkDoesWhatTheOthersHaveLeftInTheirOrder() throws Exception {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        Future<Thread> first = busy();
        List<Future<Thread>> left = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            String name = "piece " + i;
            left.add(leave(() -> lock.get(() -> {
                done.add(name);
                return Thread.currentThread();
            })));
        }
        goOn.countDown();
        for (Future<Thread> each : left) {
            assertThat(each.get(10, SECONDS)).isSameAs(first.get(10, SECONDS));
        }
        assertThat(done).hasSize(20).startsWith("piece 1", "piece 2").endsWith("piece 20");
    }

    @Test
    void oneAtATime() throws Exception {
        int[] count = new int[1];
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(threads.submit(() -> {
                for (int round = 0; round < 50_000; round++) {
                    lock.run(() -> count[0]++);
                }
            }));
        }
        for (Future<?> each : all) {
            each.get(30, SECONDS);
        }
        assertThat(lock.<Integer>get(() -> count[0])).isEqualTo(400_000);
    }

    @Test
    void whatWorkThrowsIsThrownToItsOwnerAlone() throws Exception {
        assertThatThrownBy(() -> lock.run(() -> {
                    throw new IllegalStateException("mine");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mine");
        Future<Thread> first = busy();
        Future<String> broken = leave(() -> lock.get(() -> {
            throw new IllegalArgumentException("another's");
        }));
        Future<String> fine = leave(() -> lock.get(() -> "done"));
        goOn.countDown();
        assertThatThrownBy(() -> broken.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(fine.get(10, SECONDS)).isEqualTo("done");
        assertThat(first.get(10, SECONDS)).isNotNull();
    }

    @Test
    void anInterruptDoesNotBreakItOffAndIsKept() throws Exception {
        busy();
        Future<Boolean> interrupted = leave(() -> {
            Thread.currentThread().interrupt();
            lock.run(() -> {});
            return Thread.currentThread().isInterrupted();
        });
        goOn.countDown();
        assertThat(interrupted.get(10, SECONDS)).isTrue();
    }

    @Test
    void aCheckedExceptionThatTheCompilerDidNotSeeBlocksNobody() throws Exception {
        busy();
        Future<String> broken =
                leave(() -> lock.get(() -> CombiningLockTest.<RuntimeException>sneaky(new IOException("unseen"))));
        goOn.countDown();
        assertThatThrownBy(() -> broken.get(10, SECONDS)).hasRootCauseMessage("unseen");
        assertThat(lock.<String>get(() -> "done")).isEqualTo("done");
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> String sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void workThatUsesItsOwnLockIsToldSo() {
        assertThatThrownBy(() -> lock.run(() -> lock.run(() -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a piece of work uses the lock that it runs under");
        assertThat(lock.<String>get(() -> "free")).isEqualTo("free");
    }

    @Test
    void anErrorThatDrivesTheOneAtWorkOutLeavesTheLockFree() {
        assertThatThrownBy(() -> lock.run(CombiningLockTest::overflow)).isInstanceOf(StackOverflowError.class);
        assertThat(lock.<String>get(() -> "free")).isEqualTo("free");
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static void overflow() {
        overflow();
    }
}
