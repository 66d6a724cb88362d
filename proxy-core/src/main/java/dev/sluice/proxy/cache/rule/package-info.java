/**
 * The decisions of a shared cache (RFC 9111): what may be stored, how old it is, for which request it may be used again,
 * and what is sent instead of it. Pure functions and immutable values, for any number of threads: none of them reads a
 * clock, a store or a network. {@link dev.sluice.proxy.cache.rule.Storable} and {@link
 * dev.sluice.proxy.cache.rule.Reuse} are where to begin.
 */
@NullMarked
package dev.sluice.proxy.cache.rule;

import org.jspecify.annotations.NullMarked;
