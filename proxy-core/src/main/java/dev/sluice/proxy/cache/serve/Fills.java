package dev.sluice.proxy.cache.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fills that run, by what they are for. Safe for use by many threads. */
final class Fills {
    /** One key may have many variants, but a client that varies its request must not start a fill each time. */
    private static final int MOST_OF_ONE_KEY = 64;

    /** They outlive their clients for a while, so the limit of a server's exchanges does not bound them. */
    private static final int MOST = 1_000;

    private final Map<String, List<Fill>> running = new HashMap<>();
    private int size;
    private long endings;

    /**
     * The fill of this key that fits, else a new one; null if too many run, for this key or at all.
     *
     * @param make makes one, which is not yet running; called under a lock
     */
    synchronized @Nullable Joined join(String key, Predicate<Fill> fits, Supplier<Fill> make) {
        List<Fill> fills = running.getOrDefault(key, List.of());
        for (Fill fill : fills) {
            if (fits.test(fill)) {
                return new Joined(fill, false);
            }
        }
        if (size >= MOST || fills.size() >= MOST_OF_ONE_KEY) {
            return null;
        }
        Fill made = make.get();
        if (!fills.isEmpty()) {
            made.contest();
            fills.forEach(Fill::contest);
        }
        running.computeIfAbsent(key, k -> new ArrayList<>(1)).add(made);
        size++;
        return new Joined(made, true);
    }

    /**
     * Stands for what is stored without a fill, so that purges see it; null if too many run. Nobody waits for it.
     *
     * @param method of the request whose answer it is
     */
    @Nullable
    Fill standIn(String key, String method) {
        // No request has this variant.
        Fill.Who nobody = new Fill.Who(List.of(), method);
        Joined joined = join(key, fill -> false, () -> new Fill(nobody, (fill, scope) -> {}, Duration.ZERO));
        return joined == null ? null : joined.fill();
    }

    /**
     * What runs for this key began before a purge: it may be given to those who wait, and is not stored as fresh.
     *
     * @param except what comes with the purge itself, or null
     */
    synchronized void outdate(String key, boolean soft, @Nullable Fill except) {
        for (Fill fill : running.getOrDefault(key, List.of())) {
            if (fill != except) {
                fill.outdate(soft);
            }
        }
    }

    synchronized void ended(String key, Fill fill) {
        List<Fill> fills = running.get(key);
        if (fills != null && fills.remove(fill)) {
            endings++;
            size--;
            if (fills.isEmpty()) {
                running.remove(key);
            }
        }
    }

    /** How many have ended: if it has not changed, the store has got nothing new by fills. */
    synchronized long endings() {
        return endings;
    }

    /** How many run. */
    synchronized int size() {
        return size;
    }

    /**
     * A fill to wait for.
     *
     * @param begins whether it is new, and the caller is to run it
     */
    record Joined(Fill fill, boolean begins) {}
}
