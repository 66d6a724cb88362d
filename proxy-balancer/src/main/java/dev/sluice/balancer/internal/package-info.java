/**
 * Types that several packages of the balancer need, but users do not. Not exported. {@link
 * dev.sluice.balancer.internal.RollingWindow} counts over a window and is safe for use by many threads.
 */
@NullMarked
package dev.sluice.balancer.internal;

import org.jspecify.annotations.NullMarked;
