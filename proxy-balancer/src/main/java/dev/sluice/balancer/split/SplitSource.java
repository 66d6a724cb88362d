package dev.sluice.balancer.split;

import dev.sluice.balancer.internal.KeyHash;
import dev.sluice.proxy.spi.UpstreamSource;
import java.util.concurrent.atomic.LongAdder;

/**
 * One of the sources of a split, and how many requests it was given.
 *
 * @param hash of the name, to be mixed with that of a request's key
 */
record SplitSource(String name, UpstreamSource source, long hash, LongAdder requests) {
    SplitSource(String name, UpstreamSource source) {
        this(name, source, KeyHash.fnv(name), new LongAdder());
    }
}
