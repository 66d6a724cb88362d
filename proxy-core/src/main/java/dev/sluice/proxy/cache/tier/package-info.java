/** A cache's store in memory before one on a disk. {@link dev.sluice.proxy.cache.tier.TieredStore} is where to begin. */
@NullMarked
package dev.sluice.proxy.cache.tier;

import org.jspecify.annotations.NullMarked;
