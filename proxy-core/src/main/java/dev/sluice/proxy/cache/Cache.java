package dev.sluice.proxy.cache;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.rule.TargetKey;
import dev.sluice.proxy.cache.serve.CacheAccess;
import dev.sluice.proxy.cache.serve.CacheCore;
import dev.sluice.proxy.cache.serve.CacheCounts;
import dev.sluice.proxy.cache.serve.CacheService;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.tier.TieredStore;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
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

    private Cache(CacheStore store, CacheCore core) {
        this.store = store;
        this.core = core;
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

    /**
     * A cache in a folder, which outlives the process; nothing is kept in memory but an index, about 90 bytes a response.
     *
     * @param folder made if it is not there. One cache uses it at a time, and other files in it are left alone
     * @param bytes the most that it stores, in blocks of 4 KiB; a response may take a tenth of it
     * @throws IllegalArgumentException if {@code bytes} is below 64 KiB
     * @throws UncheckedIOException if the folder cannot be used, or another cache has it; the message names it
     */
    public static Cache disk(Path folder, long bytes) {
        return builder().disk(folder, bytes).build();
    }

    /** A builder of a cache: in memory, if nothing else is said. */
    public static Builder builder() {
        return new Builder();
    }

    private CacheService service(CacheRules rules) {
        core.uses(rules.key().query());
        return new CacheService(core, rules.setup());
    }

    /**
     * Drops all responses that are stored for a URL, with all their variants, on all routes; also what is on its way into
     * the cache.
     *
     * @param url as clients ask for it, with scheme and host
     * @return how many were stored
     * @throws IllegalArgumentException if it is no such URL; the message shows it
     * @throws UncheckedIOException if the store fails; what is stored may then still be used
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
     * @throws UncheckedIOException if the store fails; what is stored may then still be used
     */
    public int purgeSoftly(URI url) {
        return purge(url, true);
    }

    private int purge(URI url, boolean soft) {
        // A request has no other characters: clients escape them, as this does.
        String text = Objects.requireNonNull(url, "url").toASCIIString();
        int[] purged = {0};
        for (String key : core.keys(rule -> TargetKey.of(text, rule))) {
            purged(url.toString(), () -> purged[0] += core.purge(key, soft));
        }
        return purged[0];
    }

    private interface Purging {
        void run() throws IOException;
    }

    private void purged(String what, Purging purging) {
        try {
            purging.run();
        } catch (IOException cause) {
            core.failed("purge " + what, cause);
            throw new UncheckedIOException(
                    "the store of cache " + core.name() + " could not purge " + what + ": " + cause.getMessage(),
                    cause);
        }
    }

    /**
     * Drops all responses with this tag, at once and however many they are; see {@link CacheRules#tagFields()}. They keep
     * their room until they are asked for, or others need it.
     *
     * @throws IllegalArgumentException if it is no printable ASCII, or has a blank or a comma; the message shows it
     * @throws UncheckedIOException if the store cannot keep the purge; it then holds until this cache is closed
     */
    public void purgeTag(String tag) {
        purged("the tag " + requireTag(tag), () -> core.purgeTag(tag, false));
    }

    /**
     * Makes all responses with this tag stale, at once and however many they are.
     *
     * @throws IllegalArgumentException if it is no printable ASCII, or has a blank or a comma; the message shows it
     * @throws UncheckedIOException if the store cannot keep the purge; it then holds until this cache is closed
     */
    public void purgeTagSoftly(String tag) {
        purged("the tag " + requireTag(tag), () -> core.purgeTag(tag, true));
    }

    private static String requireTag(String tag) {
        Require.name("tag", tag);
        if (tag.indexOf(' ') >= 0 || tag.indexOf(',') >= 0) {
            throw new IllegalArgumentException("a tag has no blank and no comma: \"" + tag + '"');
        }
        return tag;
    }

    /**
     * Drops everything, also what is on its way into the cache.
     *
     * @throws UncheckedIOException if the store cannot keep the purge; it then holds until this cache is closed
     */
    public void purgeAll() {
        purged("all", () -> core.purgeAll(false));
    }

    /**
     * Makes everything stale.
     *
     * @throws UncheckedIOException if the store cannot keep the purge; it then holds until this cache is closed
     */
    public void purgeAllSoftly() {
        purged("all", () -> core.purgeAll(true));
    }

    /**
     * A handler for purges over HTTP. {@code PURGE} with a URL drops what is stored for it; with a field {@code
     * Surrogate-Key} or {@code Cache-Tag} it drops what has these tags instead. {@code Cache-Purge: soft} makes it stale.
     * The answer is 200 with a line of text, or 500 if the store fails. It asks nobody who he is: guard its route.
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
                counts.hitBytes(),
                counts.validated(),
                counts.forwards(),
                counts.collapsed(),
                counts.storedResponses(),
                core.running(),
                counts.storeFailures());
    }

    /** Frees what is stored in memory; what is in a folder stays there, and another cache may use it. */
    @Override
    public void close() {
        store.close();
    }

    /** Collects the parts of a {@link Cache}. For one thread. */
    public static final class Builder {
        private static final long LEAST_BYTES = 64 * 1024;
        private static final long DEFAULT_MEMORY = 64 * 1024 * 1024;
        private static final int PART_OF_ONE = 10;

        private String name = "sluice";
        private long memoryBytes = -1;
        private @Nullable Path folder;
        private long diskBytes;
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
         * Sets how many bytes are stored in memory at most, heads included; 64 MiB by default, or none if there is a disk.
         * With both, memory stands before the disk: what is stored goes to both, and is served from memory as long as it is
         * there.
         *
         * @throws IllegalArgumentException if it is below 64 KiB
         */
        public Builder memoryBytes(long bytes) {
            this.memoryBytes = Require.atLeast("cache memoryBytes", LEAST_BYTES, bytes);
            return this;
        }

        /**
         * Sets a folder for what is stored, which outlives the process; none by default. Other files in it are left alone.
         *
         * @param folder made if it is not there. One cache uses it at a time
         * @param bytes the most that it stores, in blocks of 4 KiB
         * @throws IllegalArgumentException if {@code bytes} is below 64 KiB
         */
        public Builder disk(Path folder, long bytes) {
            this.folder = Objects.requireNonNull(folder, "cache folder");
            this.diskBytes = Require.atLeast("cache disk bytes", LEAST_BYTES, bytes);
            return this;
        }

        /**
         * Sets how many bytes the body of one response may have; a tenth of the disk by default, or of the memory if there
         * is no disk. Memory takes no more than half of its own.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxEntryBytes(long bytes) {
            this.maxEntryBytes = Require.positive("cache maxEntryBytes", bytes);
            return this;
        }

        /** Sets a store of your own, instead of memory and disk; {@link Cache#close()} closes it. */
        public Builder store(CacheStore store) {
            this.store = Objects.requireNonNull(store, "cache store");
            return this;
        }

        /** Sets the clock, for tests; that of the system by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "cache time");
            return this;
        }

        private CacheStore openStore() throws IOException {
            if (store != null) {
                return store;
            }
            if (folder == null) {
                return memory(memoryBytes < 0 ? DEFAULT_MEMORY : memoryBytes);
            }
            DiskStore disk = new DiskStore(folder, diskBytes, entryBytes(diskBytes), time);
            return memoryBytes < 0 ? disk : new TieredStore(memory(memoryBytes), disk);
        }

        private MemoryStore memory(long bytes) {
            return new MemoryStore(bytes, entryBytes(bytes));
        }

        private long entryBytes(long bytes) {
            return maxEntryBytes < 0 ? bytes / PART_OF_ONE : maxEntryBytes;
        }

        /**
         * The cache.
         *
         * @throws IllegalStateException if there is a store of your own beside memory, disk or {@code maxEntryBytes}
         * @throws UncheckedIOException if the folder cannot be used, or another cache has it; the message names it
         */
        public Cache build() {
            if (store != null && (folder != null || memoryBytes >= 0 || maxEntryBytes >= 0)) {
                throw new IllegalStateException("cache " + name
                        + " has a store of its own: memoryBytes, disk and maxEntryBytes are not for it");
            }
            CacheStore opened = null;
            try {
                opened = openStore();
                return new Cache(opened, new CacheCore(name, opened, time));
            } catch (IOException cause) {
                if (opened != null) {
                    opened.close();
                }
                throw new UncheckedIOException(cause.getMessage(), cause);
            }
        }
    }
}
