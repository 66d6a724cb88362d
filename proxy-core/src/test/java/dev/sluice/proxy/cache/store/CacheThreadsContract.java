package dev.sluice.proxy.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link CacheStore} must do when many threads use it. */
public abstract class CacheThreadsContract extends CacheStoreFixture {
    private static final int READERS = 3;

    @Test
    void manyReadARunningWriting() throws Exception {
        byte[] bytes = Stored.bytes(1, 3_000_000);
        StoredHead head = Stored.head(KEY).build();
        AtomicLong written = new AtomicLong();
        List<Callable<Void>> tasks = new ArrayList<>();
        try (Writing writing = Stored.write(store(), head, -1)) {
            for (int i = 0; i < READERS; i++) {
                tasks.add(() -> follow(writing, written, bytes));
            }
            tasks.add(() -> {
                for (int at = 0; at < bytes.length; at += 1_500) {
                    assertThat(writing.append(bytes, at, 1_500)).isTrue();
                    written.set(at + 1_500);
                }
                writing.commit(head);
                return null;
            });
            atOnce(tasks);
        }
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(bytes);
    }

    /** Reads what is known to be written, up to the end, and compares it. */
    private static @Nullable Void follow(Writing writing, AtomicLong written, byte[] bytes) throws IOException {
        byte[] buffer = new byte[4_097];
        int at = 0;
        while (at < bytes.length) {
            long known = written.get();
            int read = writing.read(at, buffer, 0, buffer.length);
            assertThat(read >= 0 || at >= known)
                    .as("what is written can be read")
                    .isTrue();
            for (int i = 0; i < read; i++) {
                if (buffer[i] != bytes[at + i]) {
                    throw new AssertionError("wrong byte at " + (at + i));
                }
            }
            at += Math.max(0, read);
            if (read < 0) {
                Thread.onSpinWait();
            }
        }
        return null;
    }

    /** A reader of a fill that breaks off must not take it for the end. */
    @Test
    void readersOfAnAbortedWritingGetItsBytesOrAFailure() throws Exception {
        for (int round = 0; round < 50; round++) {
            byte[] bytes = Stored.bytes(round, 100_000);
            Writing writing = Stored.write(store(), Stored.head(KEY).build(), -1);
            writing.append(bytes, 0, bytes.length);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                tasks.add(() -> readsUntilItFails(writing, bytes));
            }
            tasks.add(() -> {
                writing.close();
                return null;
            });
            atOnce(tasks);
            // Others take its place: none of their bytes is seen by a reader of the next round.
            Stored.put(store(), Stored.head(KEY + round).build(), Stored.bytes(-round, 100_000));
        }
        assertThat(store().find(KEY)).isEmpty();
    }

    private static @Nullable Void readsUntilItFails(Writing writing, byte[] bytes) {
        byte[] buffer = new byte[3_000];
        int at = 0;
        try {
            while (true) {
                int read = writing.read(at, buffer, 0, buffer.length);
                assertThat(read).as("an end is not a failure").isPositive();
                for (int i = 0; i < read; i++) {
                    if (buffer[i] != bytes[at + i]) {
                        throw new AssertionError("wrong byte at " + (at + i));
                    }
                }
                at = (at + read) % bytes.length;
            }
        } catch (IOException closed) {
            return null;
        }
    }

    /** Writers, readers, updates and removals at random; a body belongs to the stamp of its head. */
    @Test
    void noBodyIsEverMixedUp() throws Exception {
        long bound = 4L << 20;
        CacheStore store = store(bound, bound / 4);
        AtomicLong stamps = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger hits = new AtomicInteger();
        AtomicInteger running = new AtomicInteger(2);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Random random = new Random(i);
            tasks.add(() -> {
                try {
                    for (int n = 0; n < 1_500; n++) {
                        change(store, random, stamps);
                        assertThat(store.usage().bytes()).isBetween(0L, bound);
                    }
                } finally {
                    ended.set(running.decrementAndGet() == 0);
                }
                return null;
            });
        }
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(100 + i);
            tasks.add(() -> {
                while (!ended.get()) {
                    hits.addAndGet(check(store, key(random)));
                }
                return null;
            });
        }
        atOnce(tasks);

        assertThat(hits).as("hits").hasPositiveValue();
        long entries = 0;
        for (int i = 0; i < 60; i++) {
            entries += check(store, KEY + i);
            store.remove(KEY + i);
        }
        CacheStore.Usage usage = store.usage();
        assertThat(entries).as("found at the end").isPositive();
        assertThat(usage.entries()).isZero();
        assertThat(usage.bytes()).isZero();
    }

    private static String key(Random random) {
        return KEY + (int) (60 * random.nextDouble() * random.nextDouble());
    }

    private static void change(CacheStore store, Random random, AtomicLong stamps) throws IOException {
        String key = key(random);
        List<StoredResponse> found = store.find(key);
        int choice = random.nextInt(20);
        if (choice == 0) {
            store.remove(key);
        } else if (choice < 4 && !found.isEmpty()) {
            store.remove(found.get(random.nextInt(found.size())));
        } else if (choice < 10 && !found.isEmpty()) {
            StoredResponse one = found.get(random.nextInt(found.size()));
            store.update(one, one.head().toBuilder().stale(random.nextBoolean()).build());
        } else {
            fill(store, key, random, stamps.incrementAndGet());
        }
    }

    private static void fill(CacheStore store, String key, Random random, long stamp) throws IOException {
        byte[] bytes = Stored.bytes(stamp, length(stamp));
        StoredHead head =
                Stored.head(key).variant("v" + random.nextInt(3)).stamp(stamp).build();
        try (Writing writing = store.write(head, random.nextBoolean() ? bytes.length : -1)) {
            if (writing != null && Stored.append(writing, bytes) && random.nextInt(8) > 0) {
                writing.commit(head);
            }
        }
    }

    private static int length(long stamp) {
        return (int) (stamp % 7 == 0 ? stamp * 911 % 200_000 : stamp * 911 % 9_000);
    }

    /** Reads all responses of a key, and compares each with its stamp. Returns how many there were. */
    private static int check(CacheStore store, String key) throws IOException {
        int count = 0;
        for (StoredResponse found : store.find(key)) {
            long stamp = found.head().stamp();
            assertThat(found.head().key()).isEqualTo(key);
            assertThat(found.length()).isEqualTo(length(stamp));
            StoredBody opened = open(found);
            if (opened != null) {
                try (StoredBody body = opened) {
                    assertThat(Stored.read(body)).isEqualTo(Stored.bytes(stamp, length(stamp)));
                    count++;
                }
            }
        }
        return count;
    }

    /** Opens a body, or returns null if it has been dropped since it was found. */
    private static @Nullable StoredBody open(StoredResponse found) {
        try {
            return found.open();
        } catch (IOException dropped) {
            return null;
        }
    }

    /** Runs the tasks at the same time, each on its thread, and fails if one does. */
    private static void atOnce(List<Callable<Void>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            CyclicBarrier start = new CyclicBarrier(tasks.size());
            List<Future<Void>> running = new ArrayList<>();
            for (Callable<Void> task : tasks) {
                running.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
