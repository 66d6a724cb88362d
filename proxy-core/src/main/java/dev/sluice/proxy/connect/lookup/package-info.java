/**
 * Looking names up, on platform threads of which there is a bound. {@link dev.sluice.proxy.connect.lookup.Lookups} is the
 * entry point. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.connect.lookup;

import org.jspecify.annotations.NullMarked;
