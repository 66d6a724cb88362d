package dev.sluice.proxy.cache;

/** How one route uses a {@link Cache}. */
public final class CacheRules {
    private CacheRules() {}
}
