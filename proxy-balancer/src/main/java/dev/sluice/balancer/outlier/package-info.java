/**
 * Which members do worse than others, by their requests alone. {@link dev.sluice.balancer.outlier.PassiveHealth} counts a
 * member's requests, and {@link dev.sluice.balancer.outlier.PeerComparison} compares members. What follows from it is decided
 * elsewhere. Exported to nobody.
 *
 * <p>Threads: counting takes no lock.
 */
@NullMarked
package dev.sluice.balancer.outlier;

import org.jspecify.annotations.NullMarked;
