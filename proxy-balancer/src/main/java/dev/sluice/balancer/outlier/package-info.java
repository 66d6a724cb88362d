/**
 * Which members do worse than others, judged only by their requests. {@link dev.sluice.balancer.outlier.PassiveHealth}
 * counts a member's requests, and {@link dev.sluice.balancer.outlier.PeerComparison} compares members. Other packages
 * decide what follows. Not exported.
 *
 * <p>Threads: counting takes no lock.
 */
@NullMarked
package dev.sluice.balancer.outlier;

import org.jspecify.annotations.NullMarked;
