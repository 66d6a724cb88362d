/**
 * The cache's store on a disk: a process that writes to it is killed again and again, and a start with many entries is
 * timed. {@link dev.sluice.lab.cache.CacheCrash} is the entry point.
 */
@NullMarked
package dev.sluice.lab.cache;

import org.jspecify.annotations.NullMarked;
