package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The key of a pool. Times of two clocks cannot be compared, so a pool uses one clock. The comparison is written out,
 * as the JDK keeps a soft reference to the last class that it made such code for, and so to its class loader.
 */
record PoolKey(TimeSource time, Destination destination) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PoolKey that && time.equals(that.time) && destination.equals(that.destination);
    }

    @Override
    public int hashCode() {
        return 31 * time.hashCode() + destination.hashCode();
    }
}
