package dev.sluice.proxy.cache.store;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps responses for a cache, and knows nothing of HTTP's rules. {@code Cache.memory} and {@code Cache.disk}
 * bring their own; implement this for a store that several proxies share. A store decides itself what it drops to stay
 * within its bounds. It may block, but not for long. Safe for use by many threads.
 *
 * <p>If a call fails, the cache does without the store: the request goes to the origin, and the log says so.
 */
public interface CacheStore extends AutoCloseable {
    /**
     * The responses that are stored whole under this key, the newest first; empty if there is none. The cache picks the
     * one that fits by {@link StoredHead#selecting()}. Of very many variants a store keeps only the newest, at most 64.
     *
     * @throws IOException if the store cannot be asked
     */
    List<StoredResponse> find(String key) throws IOException;

    /**
     * Begins to store a response. Nobody finds it before {@link Writing#commit}.
     *
     * @param length the length of its body, or -1 if only its end shows it
     * @return where its body goes, or null if the store has no room for it
     * @throws IOException if the store cannot take it
     */
    @Nullable
    Writing write(StoredHead head, long length) throws IOException;

    /**
     * Replaces the head of a stored response, and keeps its body: after a 304, or a purge that makes it stale. Has no
     * effect if it is not stored any more.
     *
     * @param head of the same key and variant
     * @throws IOException if the store cannot do it; then the response must not be found any more
     */
    void update(StoredResponse response, StoredHead head) throws IOException;

    /**
     * Drops all responses under this key.
     *
     * @return how many there were
     * @throws IOException if the store cannot do it
     */
    int remove(String key) throws IOException;

    /**
     * Drops this one response.
     *
     * @throws IOException if the store cannot do it
     */
    void remove(StoredResponse response) throws IOException;

    /**
     * Drops everything that is stored now.
     *
     * @throws IOException if the store cannot do it
     */
    void clear() throws IOException;

    /**
     * Where purges by tag are kept; null by default, and for a store that is empty after a restart.
     */
    default @Nullable PurgeLog purgeLog() {
        return null;
    }

    /** How much is stored, and what has been dropped. */
    Usage usage();

    /** Frees what the store holds. Running reads may fail. */
    @Override
    void close();

    /**
     * How full a store is.
     *
     * @param entries the number of stored responses
     * @param bytes the bytes they take, heads included
     * @param maxBytes the bound of the bytes
     * @param evicted how many have been dropped for room
     * @param rejected how many were not admitted, as others are used more often
     */
    record Usage(long entries, long bytes, long maxBytes, long evicted, long rejected) {}
}
