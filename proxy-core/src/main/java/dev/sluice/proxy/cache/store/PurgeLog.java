package dev.sluice.proxy.cache.store;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps purges by tag beside the responses that they are for: a store whose responses outlive the process, or that several
 * proxies share, has one. Safe for use by many threads.
 */
public interface PurgeLog {
    /**
     * Tells a cache of all purges that are kept, in the order of their numbers; and from then on of each that another proxy
     * adds. Called once for each cache, before it is used.
     *
     * @param heard may be called by any thread, also before this returns
     * @throws IOException if they cannot be read; then the cache cannot be made
     */
    void open(Consumer<Purge> heard) throws IOException;

    /**
     * Keeps a purge. Its number is the microseconds of the clock since 1970, or one more than the last if that is greater: a
     * cache that cannot reach its log numbers purges in this way itself.
     *
     * @param tag whose responses; null for all responses
     * @param soft whether they become stale
     * @return its number, which is greater than those of all purges before
     * @throws IOException if it cannot be kept; the purge then holds in this process alone
     */
    long add(@Nullable String tag, boolean soft) throws IOException;
}
