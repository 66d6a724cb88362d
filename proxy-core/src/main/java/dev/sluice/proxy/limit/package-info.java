/**
 * The limits of an exchange, {@link dev.sluice.proxy.limit.Limits} for sizes and counts and {@link
 * dev.sluice.proxy.limit.Timeouts} for time, which are immutable values; and filters that limit how much passes: {@link
 * dev.sluice.proxy.limit.RateLimit}, {@link dev.sluice.proxy.limit.ConcurrencyLimit}, {@link
 * dev.sluice.proxy.limit.AdaptiveLimit}, {@link dev.sluice.proxy.limit.Bandwidth} and {@link
 * dev.sluice.proxy.limit.Shedding}, which are safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.limit;

import org.jspecify.annotations.NullMarked;
