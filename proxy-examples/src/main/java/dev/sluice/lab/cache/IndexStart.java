package dev.sluice.lab.cache;

import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Opens a folder in a new JVM, and prints how many entries it has, how long it took, in time and in
 * time of the processors, and how much memory they take.
 */
public final class IndexStart {
    private IndexStart() {}

    /** The folder is the argument. */
    public static void main(String[] args) throws IOException, InterruptedException {
        long before = heap();
        long cpuBefore = cpuNanos();
        long begin = System.nanoTime();
        try (DiskStore store = new DiskStore(Path.of(args[0]), Long.MAX_VALUE, Long.MAX_VALUE, TimeSource.system())) {
            long opened = System.nanoTime();
            CountDownLatch all = new CountDownLatch(1);
            store.allFound().whenFired(all::countDown);
            all.await();
            long found = System.nanoTime();
            double cpuMillis = (cpuNanos() - cpuBefore) / 1e6;
            long entries = store.usage().entries();
            System.out.printf(
                    Locale.ROOT,
                    "%d %.1f %.0f %.0f %.0f%n",
                    entries,
                    (opened - begin) / 1e6,
                    (found - begin) / 1e6,
                    cpuMillis,
                    (heap() - before) / (double) Math.max(1, entries));
        }
    }

    /** The time of the processors that this JVM has used, with its compiler. */
    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
