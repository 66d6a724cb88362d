/**
 * Looking names up, on a limited number of platform threads. {@link dev.sluice.proxy.connect.lookup.Lookups} is the
 * entry point. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.connect.lookup;

import org.jspecify.annotations.NullMarked;
