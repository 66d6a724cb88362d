package dev.sluice.proxy.cache.serve;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way from a cache and its rules, as users name them, to what answers requests. It hides the latter from users:
 * {@code Cache} says how when it is loaded.
 */
public final class CacheAccess {
    private static volatile @Nullable Opener opener;

    private CacheAccess() {}

    /** Gives the service of a {@code Cache} by {@code CacheRules}, which this package cannot name without a cycle. */
    @FunctionalInterface
    public interface Opener {
        /** The service. */
        CacheService service(Object cache, Object rules);
    }

    /** Called by {@code Cache} when it is loaded. */
    public static void opener(Opener own) {
        opener = own;
    }

    /** The service of a {@code Cache} by {@code CacheRules}. */
    public static CacheService service(Object cache, Object rules) {
        return Objects.requireNonNull(opener, "Cache is not loaded").service(cache, rules);
    }
}
