package dev.sluice.proxy.connect;

import dev.sluice.proxy.time.TimeSource;

/** What has a pool of its own. Times of two clocks cannot be compared, so a pool lives on one. */
record PoolKey(TimeSource time, Destination destination) {}
