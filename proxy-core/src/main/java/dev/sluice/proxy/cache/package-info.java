/**
 * A shared cache for the reverse and the forward proxy (RFC 9111). {@link dev.sluice.proxy.cache.Cache} is where to
 * begin; {@link dev.sluice.proxy.cache.CacheRules} has the rules of one route. All types are safe for use by many threads,
 * but for builders.
 */
@NullMarked
package dev.sluice.proxy.cache;

import org.jspecify.annotations.NullMarked;
