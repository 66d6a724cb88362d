package dev.sluice.lab.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;

/** A cache that is asked for numbered things, and keeps what it did not have. For one thread. */
interface TracedCache {
    /** Returns whether it had the thing; if not, it may have it now. */
    boolean request(int thing, int bytes) throws IOException;

    /** The library's store in memory. */
    static TracedCache sluice(long room) {
        CacheStore store = new MemoryStore(room, room);
        byte[] body = new byte[1 << 20];
        return (thing, bytes) -> {
            String key = key(thing);
            boolean hit = !store.find(key).isEmpty();
            if (!hit) {
                put(store, key, body, bytes);
            }
            return hit;
        };
    }

    private static void put(CacheStore store, String key, byte[] body, int bytes) throws IOException {
        StoredHead head = StoredHead.builder(key, 200).build();
        try (Writing writing = store.write(head, bytes)) {
            if (writing != null && writing.append(body, 0, bytes)) {
                writing.commit(head);
            }
        }
    }

    private static String key(int thing) {
        return "http://shop.example/articles/" + (100_000_000 + thing);
    }

    /** The library's store on a disk; no body is read. */
    static TracedCache disk(DiskStore store) {
        byte[] body = new byte[1 << 20];
        return (thing, bytes) -> {
            String key = key(thing);
            boolean hit = !store.places(key).isEmpty();
            if (!hit) {
                put(store, key, body, bytes);
            }
            return hit;
        };
    }

    /** What the library's store counts for an entry beside its bytes; the others count the same. */
    static int overhead() throws IOException {
        CacheStore store = new MemoryStore(1 << 20, 1 << 20);
        put(store, key(1), new byte[1], 1);
        return (int) store.usage().bytes() - 1;
    }

    /** What was used last stays. */
    static TracedCache lru(long room, int overhead) {
        LinkedHashMap<Integer, Integer> entries = new LinkedHashMap<>(16, 0.75f, true);
        long[] used = {0};
        return (thing, bytes) -> {
            if (entries.get(thing) != null) {
                return true;
            }
            int weight = bytes + overhead;
            if (weight <= room) {
                entries.put(thing, weight);
                used[0] += weight;
            }
            Iterator<Integer> oldest = entries.values().iterator();
            while (used[0] > room) {
                used[0] -= oldest.next();
                oldest.remove();
            }
            return false;
        };
    }

    /** The reference. */
    static TracedCache caffeine(long room, int overhead) {
        Cache<Integer, Integer> entries = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(room)
                .weigher((Integer thing, Integer weight) -> weight)
                .build();
        return (thing, bytes) -> {
            boolean hit = entries.getIfPresent(thing) != null;
            if (!hit) {
                entries.put(thing, bytes + overhead);
            }
            return hit;
        };
    }
}
