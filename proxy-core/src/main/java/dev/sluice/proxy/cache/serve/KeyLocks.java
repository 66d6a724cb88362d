package dev.sluice.proxy.cache.serve;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks for keys, of which a few share one. Not {@code synchronized}: what is done under them may block, which holds a
 * carrier of virtual threads before 24. Safe for use by many threads.
 */
final class KeyLocks {
    private static final int COUNT = 64;

    private final Lock[] locks = new Lock[COUNT];

    KeyLocks() {
        for (int i = 0; i < COUNT; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    Lock of(String key) {
        return locks[Math.floorMod(key.hashCode(), COUNT)];
    }
}
