package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.cache.rule.Purged;
import dev.sluice.proxy.cache.rule.Purges;
import dev.sluice.proxy.cache.rule.QueryRule;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.Purge;
import dev.sluice.proxy.cache.store.PurgeLog;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all routes with the same cache share: the store, what is on its way into it, and what has been purged. */
public final class CacheCore {
    private static final Logger LOG = LoggerFactory.getLogger(CacheCore.class);
    private static final int LINES_A_MINUTE = 10;

    final String name;
    final CacheStore store;
    final TimeSource time;
    final Fills fills = new Fills();
    final Passes passes = new Passes();
    final Passes rangesAsked = new Passes();
    /** What has failed to be refreshed: there is a pause before the next try. */
    final Passes notRefreshed = new Passes();

    /** Held while one of several responses to the same is stored. */
    final KeyLocks contested = new KeyLocks();

    final Purges purges;
    /** The ways in which routes make keys of queries. */
    private final Set<QueryRule> queries = ConcurrentHashMap.newKeySet();

    final CacheCounts counts = new CacheCounts();
    private final @Nullable PurgeLog purgeLog;
    private final LogLimit logLimit;

    /**
     * A cache with this name in records.
     *
     * @throws IOException if the store's purges cannot be read
     */
    public CacheCore(String name, CacheStore store, TimeSource time) throws IOException {
        this.name = name;
        this.store = store;
        this.time = time;
        this.queries.add(QueryRule.ALL);
        this.logLimit = new LogLimit(LINES_A_MINUTE, time::nanos);
        this.purgeLog = store.purgeLog();
        // Without a log the numbers begin with the clock's, as what is stored may outlive this process all the same.
        this.purges = new Purges(purgeLog == null ? Purges.numberAt(time.now()) : 0);
        if (purgeLog != null) {
            purgeLog.open(purges::add);
        }
    }

    /** Routes make keys by this rule too. */
    public void uses(QueryRule query) {
        queries.add(query);
    }

    /** All the keys that routes have for one target. */
    public Set<String> keys(Function<QueryRule, String> keyBy) {
        Set<String> keys = new HashSet<>();
        queries.forEach(rule -> keys.add(keyBy.apply(rule)));
        return keys;
    }

    /** What is stored under the key and has not been purged; nothing if the store fails. */
    List<StoredResponse> find(String key) {
        List<StoredResponse> found;
        try {
            found = store.find(key);
        } catch (IOException | RuntimeException cause) {
            failed("find a response", cause);
            return List.of();
        }
        for (StoredResponse each : found) {
            if (purges.of(each.head()) == Purged.GONE) {
                return remaining(found);
            }
        }
        return found;
    }

    private List<StoredResponse> remaining(List<StoredResponse> found) {
        List<StoredResponse> remaining = new ArrayList<>();
        for (StoredResponse each : found) {
            if (purges.of(each.head()) == Purged.GONE) {
                remove(each);
            } else {
                remaining.add(each);
            }
        }
        return remaining;
    }

    /** Returns whether a purge has made a stored response stale. */
    boolean isStale(StoredHead head) {
        return head.stale() || purges.of(head) != null;
    }

    /**
     * Drops everything under the key, also what is on its way; or makes it stale.
     *
     * @return how many were stored
     * @throws IOException if the store fails
     */
    public int purge(String key, boolean soft) throws IOException {
        fills.outdate(key, soft, null);
        return soft ? makeStale(key) : store.remove(key);
    }

    private int makeStale(String key) throws IOException {
        List<StoredResponse> found = store.find(key);
        IOException first = null;
        for (StoredResponse each : found) {
            try {
                store.update(each, each.head().toBuilder().stale(true).build());
            } catch (IOException failure) {
                first = first == null ? failure : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return found.size();
    }

    /**
     * Drops everything under the key as a response says that it is out of date.
     *
     * @param except what comes with that response, or null
     */
    void invalidate(String key, @Nullable Fill except) {
        fills.outdate(key, false, except);
        try {
            store.remove(key);
        } catch (IOException | RuntimeException cause) {
            failed("drop " + key, cause);
        }
    }

    /**
     * Drops all responses with this tag, or makes them stale: at once, also if it fails.
     *
     * @throws IOException if the store cannot keep the purge, which then holds in this process alone
     */
    public void purgeTag(String tag, boolean soft) throws IOException {
        addPurge(tag, soft);
    }

    /**
     * Drops all responses, or makes them stale: at once, also if it fails.
     *
     * @throws IOException if the store cannot keep the purge, which then holds in this process alone
     */
    public void purgeAll(boolean soft) throws IOException {
        addPurge(null, soft);
        if (!soft) {
            store.clear();
        }
    }

    private void addPurge(@Nullable String tag, boolean soft) throws IOException {
        long least = Purges.numberAt(time.now());
        if (purgeLog == null) {
            purges.add(tag, soft, least);
            return;
        }
        try {
            purges.add(new Purge(tag, soft, purgeLog.add(tag, soft)));
        } catch (IOException | RuntimeException cause) {
            purges.add(tag, soft, least);
            throw cause;
        }
    }

    void remove(StoredResponse response) {
        try {
            store.remove(response);
        } catch (IOException | RuntimeException cause) {
            failed("remove a response", cause);
        }
    }

    /** The store does not do what it should: requests do without it. */
    public void failed(String what, Exception cause) {
        counts.storeFailed();
        logLimit.happened(times -> LOG.warn(
                "the store of cache {} could not {}: {}{}", name, what, cause.toString(), LogLimit.others(times)));
    }

    /** The name in records. */
    public String name() {
        return name;
    }

    /** What the cache has counted. */
    public CacheCounts counts() {
        return counts;
    }

    /** How many responses are on their way into the store. */
    public int running() {
        return fills.size();
    }
}
