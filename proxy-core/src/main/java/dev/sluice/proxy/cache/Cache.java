package dev.sluice.proxy.cache;

/** Stores responses for routes. */
public final class Cache {
    private Cache() {}
}
