/**
 * Which members are asked first. Members have a priority, and perhaps a zone; {@link
 * dev.sluice.balancer.tier.ZonePreference} says which zone is near, and {@link dev.sluice.balancer.tier.PanicPolicy} what
 * happens if too few are well. The pool's builder takes both, and the factor at which the next tier helps out.
 *
 * <p>Threads: everything is immutable.
 */
@NullMarked
package dev.sluice.balancer.tier;

import org.jspecify.annotations.NullMarked;
