/**
 * The limits of an exchange: {@link dev.sluice.proxy.limit.Limits} for sizes and counts, {@link
 * dev.sluice.proxy.limit.Timeouts} for time. Both are immutable values.
 */
@NullMarked
package dev.sluice.proxy.limit;

import org.jspecify.annotations.NullMarked;
