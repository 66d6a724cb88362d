/**
 * The benchmark: an origin, proxies in their own processes, and a load generator that loads each proxy in turn. {@link
 * dev.sluice.lab.bench.Bench} is the entry point. One thread starts, measures and ends everything; the embedded origin,
 * client and proxies have their own threads.
 */
@NullMarked
package dev.sluice.lab.bench;

import org.jspecify.annotations.NullMarked;
