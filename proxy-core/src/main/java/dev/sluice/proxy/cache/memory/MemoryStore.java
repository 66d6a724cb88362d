package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps responses in memory, and prefers those that are used often ({@link TinyLfu}). All memory counts against one
 * bound: bodies, heads as {@link Weights} estimates them, and writings that are running. These take at most half of the
 * bound, at the expense of what is stored; beyond that none begins, and none goes on. No response may take more than
 * half of the bound either.
 *
 * <p>What is stored is immutable and left to the garbage collector, so a reader keeps what it reads. Safe for use by
 * many threads: {@link #find} takes no lock that it would have to wait for.
 */
public final class MemoryStore implements CacheStore {
    private final Contents contents;
    private final long maxEntryBytes;

    /**
     * Makes an empty store.
     *
     * @param maxBytes the bound of all that is stored and being stored
     * @param maxEntryBytes the bound of one response with its head
     * @throws IllegalArgumentException if a bound is not positive
     */
    public MemoryStore(long maxBytes, long maxEntryBytes) {
        this(maxBytes, maxEntryBytes, new SecureRandom().nextLong());
    }

    /** With the seed of its hashes: with the same seed and calls, it makes the same decisions. */
    MemoryStore(long maxBytes, long maxEntryBytes, long seed) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
        }
        if (maxEntryBytes <= 0) {
            throw new IllegalArgumentException("maxEntryBytes must be positive: " + maxEntryBytes);
        }
        this.contents = new Contents(maxBytes, seed);
        this.maxEntryBytes = Math.min(maxEntryBytes, maxBytes / 2);
    }

    @Override
    public List<StoredResponse> find(String key) {
        return contents.find(key);
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) {
        long headBytes = Weights.of(head);
        long bodyBytes = maxEntryBytes - headBytes;
        if (length > bodyBytes) {
            return null;
        }
        MemoryWriting writing = new MemoryWriting(contents, length, bodyBytes);
        return writing.begin(headBytes) ? writing : null;
    }

    @Override
    public void update(StoredResponse response, StoredHead head) {
        if (response instanceof MemoryResponse stored) {
            contents.update(stored, head);
        }
    }

    /** Returns whether this response is still stored, with whatever head. */
    public boolean has(StoredResponse response) {
        return response instanceof MemoryResponse stored && contents.has(stored);
    }

    @Override
    public int remove(String key) {
        return contents.remove(key);
    }

    @Override
    public void remove(StoredResponse response) {
        if (response instanceof MemoryResponse stored) {
            contents.remove(stored);
        }
    }

    @Override
    public void clear() {
        contents.clear();
    }

    @Override
    public Usage usage() {
        return contents.usage();
    }

    @Override
    public void close() {
        contents.close();
    }
}
