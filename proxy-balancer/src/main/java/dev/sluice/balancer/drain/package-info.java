/**
 * How a member leaves a pool without a client noticing: the options and reports of {@code UpstreamPool.drain} and
 * {@code UpstreamPool.replace}.
 *
 * <p>Threads: everything is immutable.
 */
@NullMarked
package dev.sluice.balancer.drain;

import org.jspecify.annotations.NullMarked;
