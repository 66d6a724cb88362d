package dev.sluice.proxy.cache;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.rule.QueryRule;
import dev.sluice.proxy.cache.rule.TargetKey;
import dev.sluice.proxy.cache.serve.CacheAccess;
import dev.sluice.proxy.cache.serve.CacheCore;
import dev.sluice.proxy.cache.serve.CacheCounts;
import dev.sluice.proxy.cache.serve.CacheService;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A shared cache (RFC 9111): stores responses for routes, which may have rules of their own and share one cache.
 *
 * <pre>{@code
 * Cache cache = Cache.memory(256 * 1024 * 1024);
 * Route.path("/assets/**").cache(cache).to("http://127.0.0.1:9000");
 * }</pre>
 *
 * <p>Requests for the same response wait for the one that has been sent, and are answered while it arrives. What may be
 * stored, and for how long, is what the origin says; {@link CacheRules} change that. Safe for use by many threads. Closing
 * it frees what it stores; no route may use it any more.
 */
public final class Cache implements AutoCloseable {
    static {
        CacheAccess.opener((cache, rules) -> ((Cache) cache).service((CacheRules) rules));
    }

    private final CacheCore core;
    private final CacheStore store;
    /** The ways in which routes make keys of queries: a purge tries them all. */
    private final Set<QueryRule> queries = ConcurrentHashMap.newKeySet();

    private Cache(Builder setup) {
        this.store = setup.openStore();
        this.core = new CacheCore(setup.name, store, setup.time);
        queries.add(QueryRule.ALL);
    }

    /**
     * A cache in memory.
     *
     * @param bytes the most that it stores, heads included; a response may take a tenth of it
     * @throws IllegalArgumentException if it is below 64 KiB
     */
    public static Cache memory(long bytes) {
        return builder().memoryBytes(bytes).build();
    }

    /** A builder of a cache in memory. */
    public static Builder builder() {
        return new Builder();
    }

    private CacheService service(CacheRules rules) {
        queries.add(rules.key().query());
        return new CacheService(core, rules.setup());
    }

    /**
     * Drops all responses that are stored for a URL, with all their variants, on all routes; also what is on its way into
     * the cache.
     *
     * @param url as clients ask for it, with scheme and host
     * @return how many were stored
     * @throws IllegalArgumentException if it is no such URL; the message shows it
     */
    public int purge(URI url) {
        return purge(url, false);
    }

    /**
     * Makes all responses that are stored for a URL stale: they are validated before they are used again, or used as stale
     * ones may be.
     *
     * @param url as clients ask for it, with scheme and host
     * @return how many there are
     * @throws IllegalArgumentException if it is no such URL; the message shows it
     */
    public int purgeSoftly(URI url) {
        return purge(url, true);
    }

    private int purge(URI url, boolean soft) {
        return queries.stream()
                .map(rule -> TargetKey.of(url.toString(), rule))
                .distinct()
                .mapToInt(key -> core.purge(key, soft))
                .sum();
    }

    /** Drops all responses with this tag, at once and however many they are; see {@link CacheRules#tagFields()}. */
    public void purgeTag(String tag) {
        core.purgeTag(Require.name("tag", tag), false);
    }

    /** Makes all responses with this tag stale, at once and however many they are. */
    public void purgeTagSoftly(String tag) {
        core.purgeTag(Require.name("tag", tag), true);
    }

    /** Drops everything. */
    public void purgeAll() {
        core.purgeAll(false);
    }

    /**
     * A handler for purges over HTTP. {@code PURGE} with a URL drops what is stored for it; with a field {@code
     * Surrogate-Key} or {@code Cache-Tag} it drops what has these tags instead. {@code Cache-Purge: soft} makes it stale.
     * The answer is 200 with a line of text. It asks nobody who he is: guard its route.
     *
     * <pre>{@code
     * Cache cache = Cache.memory(256 * 1024 * 1024);
     * Route purge = Route.any().methods("PURGE")
     *         .addFilter(ClientAddresses.builder().allow("10.0.0.0/8").build())
     *         .to(cache.purgeHandler());
     * }</pre>
     */
    public ProxyHandler purgeHandler() {
        return new PurgeHandler(this);
    }

    /** What is stored and has been counted. */
    public CacheSnapshot snapshot() {
        CacheCounts counts = core.counts();
        return new CacheSnapshot(
                core.name(),
                store.usage(),
                counts.hits(),
                counts.staleHits(),
                counts.forwards(),
                counts.collapsed(),
                counts.storedResponses(),
                core.running(),
                counts.storeFailures());
    }

    /** Frees what is stored. */
    @Override
    public void close() {
        store.close();
    }

    /** Collects the parts of a {@link Cache}. For one thread. */
    public static final class Builder {
        private static final long LEAST_BYTES = 64 * 1024;
        private static final int PART_OF_ONE = 10;

        private String name = "sluice";
        private long memoryBytes = 64 * 1024 * 1024;
        private long maxEntryBytes = -1;
        private @Nullable CacheStore store;
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /** Sets the name in records, logs and {@code Cache-Status}; {@code sluice} by default. */
        public Builder name(String name) {
            this.name = Require.name("cache name", name);
            return this;
        }

        /**
         * Sets how many bytes are stored in memory at most, heads included; 64 MiB by default.
         *
         * @throws IllegalArgumentException if it is below 64 KiB
         */
        public Builder memoryBytes(long bytes) {
            if (bytes < LEAST_BYTES) {
                throw new IllegalArgumentException("cache memoryBytes must be at least " + LEAST_BYTES + ": " + bytes);
            }
            this.memoryBytes = bytes;
            return this;
        }

        /**
         * Sets how many bytes the body of one response may have; a tenth of all by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxEntryBytes(long bytes) {
            this.maxEntryBytes = Require.positive("cache maxEntryBytes", bytes);
            return this;
        }

        /** Sets a store of your own, instead of one in memory; {@link Cache#close()} closes it. */
        public Builder store(CacheStore store) {
            this.store = Objects.requireNonNull(store, "cache store");
            return this;
        }

        /** Sets the clock, for tests; that of the system by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "cache time");
            return this;
        }

        private CacheStore openStore() {
            long entry = maxEntryBytes < 0 ? memoryBytes / PART_OF_ONE : maxEntryBytes;
            return store != null ? store : new MemoryStore(memoryBytes, entry);
        }

        /** The cache. */
        public Cache build() {
            return new Cache(this);
        }
    }
}
