/**
 * How a member leaves a pool without a client noticing: what {@code UpstreamPool.drain} and {@code UpstreamPool.replace}
 * are told, and what they report.
 *
 * <p>Threads: everything is immutable.
 */
@NullMarked
package dev.sluice.balancer.drain;

import org.jspecify.annotations.NullMarked;
