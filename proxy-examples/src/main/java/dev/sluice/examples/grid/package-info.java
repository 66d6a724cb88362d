/**
 * A cache that several proxies share, to copy from: a {@link dev.sluice.examples.grid.GridStore} keeps responses in a data
 * grid, such as Hazelcast, Infinispan or Redis, and what is used often in its own memory too. It reaches the grid by {@link
 * dev.sluice.examples.grid.Grid}, which you implement; {@link dev.sluice.examples.grid.LocalGrid} is one within this JVM,
 * for tests. All types are safe for use by many threads, but for what their javadoc names.
 */
@NullMarked
package dev.sluice.examples.grid;

import org.jspecify.annotations.NullMarked;
