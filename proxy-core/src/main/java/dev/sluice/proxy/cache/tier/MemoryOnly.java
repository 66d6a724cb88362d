package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.internal.Sha256;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which responses are in memory and were never on the disk, as it was full or had no room. Memory may have dropped them
 * since. Safe for use by many threads.
 */
final class MemoryOnly {
    private static final int MOST = 100_000;

    private final Set<String> names = ConcurrentHashMap.newKeySet();

    private static String name(StoredHead head) {
        return Sha256.shortened(head.key() + '\n' + head.variant());
    }

    /** Adds one. If there are too many, all others are forgotten, and memory drops them when they are asked for. */
    void add(StoredHead head) {
        if (names.size() >= MOST) {
            names.clear();
        }
        names.add(name(head));
    }

    boolean has(StoredHead head) {
        return !names.isEmpty() && names.contains(name(head));
    }

    /** Returns whether it was there. */
    boolean remove(StoredHead head) {
        return !names.isEmpty() && names.remove(name(head));
    }

    void clear() {
        names.clear();
    }

    /** How many there are at most. */
    int size() {
        return names.size();
    }
}
