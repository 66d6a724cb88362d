/**
 * What several packages of the balancer need and users do not: exported to nobody. {@link
 * dev.sluice.balancer.internal.RollingWindow} counts over a window and is safe for use by many threads.
 */
@NullMarked
package dev.sluice.balancer.internal;

import org.jspecify.annotations.NullMarked;
