/**
 * Strict readers of the fields that caching goes by. What is malformed never allows more to be stored or to be used
 * again: a limit that cannot be read is the strictest one. The work is linear in the length of a field. Pure functions
 * and immutable values, for any number of threads. {@link dev.sluice.proxy.cache.field.CacheControl} is where to begin.
 */
@NullMarked
package dev.sluice.proxy.cache.field;

import org.jspecify.annotations.NullMarked;
