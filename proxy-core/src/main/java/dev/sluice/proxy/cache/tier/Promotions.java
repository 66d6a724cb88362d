package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which responses are being copied into memory: each one once at a time, however many read it, as each copy takes room at
 * the expense of others. Safe for use by many threads.
 */
final class Promotions {
    private final MemoryStore memory;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    Promotions(MemoryStore memory) {
        this.memory = memory;
    }

    /** Begins to copy a response; null if another reader does, or there is no room. */
    @Nullable
    Promotion begin(StoredResponse response) {
        StoredHead head = response.head();
        String name = head.key() + '\n' + head.variant();
        if (!running.add(name)) {
            return null;
        }
        Writing writing = null;
        try {
            writing = memory.write(head, response.length());
        } finally {
            if (writing == null) {
                running.remove(name);
            }
        }
        return writing == null ? null : new Promotion(writing, () -> running.remove(name));
    }
}
