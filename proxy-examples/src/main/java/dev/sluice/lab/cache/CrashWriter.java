package dev.sluice.lab.cache;

import dev.sluice.lab.cache.CrashStep.Kind;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The process that is killed. Each of its threads stores, replaces, removes, updates and reads responses under its own
 * keys, and prints each step before and after it.
 */
public final class CrashWriter implements Runnable {
    static final int THREADS = 4;
    static final int KEYS = 200;

    private final DiskStore store;
    private final PrintStream out;
    private final int number;
    private final Random random;
    private long stamp;

    private CrashWriter(DiskStore store, PrintStream out, int number, long seed, long stamp) {
        this.store = store;
        this.out = out;
        this.number = number;
        this.random = new Random(seed + number);
        this.stamp = stamp;
    }

    /** Writes to a folder until it is killed, or its input ends: folder, bound in bytes, seed, first stamp. */
    public static void main(String[] args) throws IOException {
        DiskStore store = new DiskStore(Path.of(args[0]), Long.parseLong(args[1]), Long.MAX_VALUE, TimeSource.system());
        for (int i = 0; i < THREADS; i++) {
            Thread writer =
                    new Thread(new CrashWriter(store, System.out, i, Long.parseLong(args[2]), Long.parseLong(args[3])));
            writer.setDaemon(true);
            writer.start();
        }
        while (System.in.read() >= 0) {
            // The input has nothing, and ends with the process that has started this one.
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                step(THREADS * random.nextInt(KEYS / THREADS) + number);
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void step(int key) throws IOException {
        List<StoredResponse> found = store.find(CrashBodies.key(key));
        for (StoredResponse each : found) {
            String fault = CrashBodies.fault(key, each);
            if (!fault.isEmpty()) {
                System.err.println(each.head() + " " + fault);
                print(Kind.WRONG, key, each.head().stamp());
            }
        }
        print(Kind.BEGINS, key, 0);
        int choice = random.nextInt(10);
        if (choice < 2) {
            store.remove(CrashBodies.key(key));
            print(Kind.REMOVED, key, stamp);
        } else if (choice < 5 && !found.isEmpty()) {
            StoredResponse one = found.get(0);
            store.update(one, one.head().toBuilder().stale(true).build());
            print(Kind.STALE, key, one.head().stamp());
        } else {
            store(key);
        }
    }

    private void store(int key) throws IOException {
        stamp++;
        byte[] body = CrashBodies.body(key, stamp);
        try (Writing writing = store.write(CrashBodies.head(key, stamp), random.nextBoolean() ? body.length : -1)) {
            if (writing == null) {
                return;
            }
            for (int at = 0; at < body.length; at += 5_000) {
                if (!writing.append(body, at, Math.min(5_000, body.length - at))) {
                    return;
                }
            }
            writing.commit(CrashBodies.head(key, stamp));
            print(Kind.STORED, key, stamp);
        }
    }

    private void print(Kind kind, int key, long of) {
        out.println(new CrashStep(kind, key, of).line());
    }
}
