package dev.sluice.examples.grid;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys whose responses should have been dropped while the grid was away. They are dropped before anything is found again:
 * a purge that has failed is late, and not lost, unless this process ends meanwhile.
 */
final class GridOwed {
    private static final int MOST_KEYS = 10_000;

    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private volatile boolean all;

    void add(String key) {
        if (keys.size() < MOST_KEYS) {
            keys.add(key);
        } else {
            all = true;
        }
    }

    /** Drops them. */
    void settle(GridStore store) throws IOException {
        if (all) {
            store.clear();
            all = false;
        }
        for (String key : List.copyOf(keys)) {
            store.drop(key);
            keys.remove(key);
        }
    }
}
