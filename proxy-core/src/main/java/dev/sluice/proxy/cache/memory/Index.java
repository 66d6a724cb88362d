package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.StoredResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The responses of each key, the newest first. Any thread finds; changes are guarded by the lock of {@link Contents}. */
final class Index {
    /** {@code Vary: User-Agent} has an endless number of variants, which nobody asks for again. */
    static final int MAX_VARIANTS = 64;

    /** The lists are immutable; all their members are {@link MemoryResponse}s. */
    private final ConcurrentHashMap<String, List<StoredResponse>> lists = new ConcurrentHashMap<>();

    List<StoredResponse> find(String key) {
        List<StoredResponse> found = lists.get(key);
        return found == null ? List.of() : found;
    }

    /** Adds a response before all others of its key. Returns the one of the same variant, which it takes the place of. */
    @Nullable
    MemoryResponse add(MemoryResponse response) {
        String key = response.head().key();
        String variant = response.head().variant();
        List<StoredResponse> now = new ArrayList<>();
        now.add(response);
        MemoryResponse replaced = null;
        for (StoredResponse each : find(key)) {
            if (each.head().variant().equals(variant)) {
                replaced = (MemoryResponse) each;
            } else {
                now.add(each);
            }
        }
        put(key, now);
        return replaced;
    }

    /** Puts a response in the place of another of the same key. */
    void replace(MemoryResponse old, MemoryResponse response) {
        List<StoredResponse> now = new ArrayList<>(find(response.head().key()));
        now.set(now.indexOf(old), response);
        put(response.head().key(), now);
    }

    void remove(MemoryResponse response) {
        List<StoredResponse> now = new ArrayList<>(find(response.head().key()));
        now.remove(response);
        put(response.head().key(), now);
    }

    void forEach(Consumer<MemoryResponse> what) {
        lists.values().forEach(list -> list.forEach(each -> what.accept((MemoryResponse) each)));
    }

    void clear() {
        lists.clear();
    }

    private void put(String key, List<StoredResponse> now) {
        for (StoredResponse each : now) {
            ((MemoryResponse) each).entry().hasSiblings = now.size() > 1;
        }
        if (now.isEmpty()) {
            lists.remove(key);
        } else {
            lists.put(key, List.copyOf(now));
        }
    }
}
