package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.CacheStore.Usage;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The responses of a {@link MemoryStore}, and its room. Changes are made under one lock, which is not held while bodies are
 * copied. Who finds a response notes its use in {@link Hits}; they are counted when the lock is free.
 */
final class Contents implements Entry.Uses, TinyLfu.Drops {
    private final long maxBytes;
    private final Fingerprints fingerprints;
    private final Index index = new Index();
    private final Hits hits = new Hits(Runtime.getRuntime().availableProcessors());
    private final Consumer<Entry> counted;
    private final ReentrantLock lock = new ReentrantLock();
    private final TinyLfu policy;
    private final WritingRoom writings;
    private long evicted;
    private long rejected;
    private boolean closed;

    Contents(long maxBytes, long seed) {
        this.maxBytes = maxBytes;
        this.fingerprints = new Fingerprints(seed);
        this.policy = new TinyLfu(maxBytes, this);
        this.counted = policy::used;
        this.writings = new WritingRoom(maxBytes / 2);
    }

    /** Waits for no lock, and allocates nothing. */
    List<StoredResponse> find(String key) {
        List<StoredResponse> found = index.find(key);
        if (found.size() == 1) {
            ((MemoryResponse) found.get(0)).entry().found();
        }
        return found;
    }

    @Override
    public void used(Entry entry) {
        if (hits.add(entry) && lock.tryLock()) {
            try {
                count();
            } finally {
                lock.unlock();
            }
        }
    }

    private void count() {
        hits.drain(counted);
    }

    /**
     * Takes room for a writing. Drops responses to make it.
     *
     * @param bytes what it takes now
     * @param later what it will take, for which there must be room now
     * @return false if writings have all the room that they may have
     */
    boolean take(long bytes, long later) {
        lock.lock();
        try {
            count();
            if (closed || !writings.take(bytes, later)) {
                return false;
            }
            policy.room(maxBytes - writings.reserved());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the use of room that a writing has taken. */
    void giveBack(long bytes) {
        if (bytes > 0) {
            lock.lock();
            try {
                writings.giveBack(bytes);
                policy.room(maxBytes - writings.reserved());
            } finally {
                lock.unlock();
            }
        }
    }

    /** Stores a response in the room that its writing has taken. */
    void store(StoredHead head, MemoryBody body, long taken) throws IOException {
        Entry entry = new Entry(fingerprints.of(head.key(), head.variant()), this);
        MemoryResponse response = new MemoryResponse(head, body, entry);
        entry.response = response;
        entry.weight = response.weight();
        lock.lock();
        try {
            count();
            writings.giveBack(taken);
            policy.room(maxBytes - writings.reserved());
            if (closed) {
                throw new IOException("the store is closed");
            }
            MemoryResponse replaced = index.add(response);
            if (replaced == null) {
                policy.add(entry);
                keepNewest(head.key());
            } else {
                replaced.entry().response = null;
                policy.replace(replaced.entry(), entry);
            }
        } finally {
            lock.unlock();
        }
    }

    private void keepNewest(String key) {
        List<StoredResponse> all = index.find(key);
        if (all.size() > Index.MAX_VARIANTS) {
            drop(((MemoryResponse) all.get(all.size() - 1)).entry());
            evicted++;
        }
    }

    /** Replaces the head of a response if it is still stored. */
    void update(MemoryResponse found, StoredHead head) {
        StoredHead old = found.head();
        if (!old.key().equals(head.key()) || !old.variant().equals(head.variant())) {
            throw new IllegalArgumentException("the head of another response: " + head + ", not " + old);
        }
        Entry entry = found.entry();
        lock.lock();
        try {
            MemoryResponse now = entry.response;
            if (now != null) {
                MemoryResponse updated = new MemoryResponse(head, now.body(), entry);
                entry.response = updated;
                index.replace(now, updated);
                policy.weigh(entry, updated.weight());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a response is still stored, with whatever head. */
    boolean has(MemoryResponse found) {
        lock.lock();
        try {
            return found.entry().response != null;
        } finally {
            lock.unlock();
        }
    }

    int remove(String key) {
        lock.lock();
        try {
            List<StoredResponse> all = index.find(key);
            for (StoredResponse each : all) {
                drop(((MemoryResponse) each).entry());
            }
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    void remove(MemoryResponse found) {
        lock.lock();
        try {
            drop(found.entry());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void dropped(Entry entry, boolean admitted) {
        drop(entry);
        if (admitted) {
            evicted++;
        } else {
            rejected++;
        }
    }

    private void drop(Entry entry) {
        policy.remove(entry);
        MemoryResponse response = entry.response;
        if (response != null) {
            entry.response = null;
            index.remove(response);
        }
    }

    Usage usage() {
        lock.lock();
        try {
            return new Usage(policy.size(), policy.weight() + writings.taken(), maxBytes, evicted, rejected);
        } finally {
            lock.unlock();
        }
    }

    /** Drops all that is stored. */
    void clear() {
        lock.lock();
        try {
            index.forEach(response -> {
                policy.remove(response.entry());
                response.entry().response = null;
            });
            index.clear();
            hits.drain(used -> {});
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            clear();
        } finally {
            lock.unlock();
        }
    }
}
