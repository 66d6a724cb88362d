package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int BYTES = 32 << 20;

    private byte[] kept = {};

    @Test
    void allocationsOfAConnectionsThreadAreCountedWhileItLives() throws InterruptedException {
        CountDownLatch allocated = new CountDownLatch(1);
        CountDownLatch counted = new CountDownLatch(1);
        long before = Allocation.bytes();
        Workers.start(() -> {
            kept = new byte[BYTES];
            allocated.countDown();
            await(counted);
        });
        allocated.await();
        long after = Allocation.bytes();
        counted.countDown();
        assertThat(after - before).isBetween((long) BYTES, 2L * BYTES);
        assertThat(kept).hasSize(BYTES);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
