/**
 * A simulator of a pool in virtual time. {@link dev.sluice.balancer.simulation.Simulation} is the entry point: it
 * takes the real configuration of an {@link dev.sluice.balancer.UpstreamPool}, servers that exist in numbers only, a
 * load and a schedule of faults, and says what the clients would have seen.
 *
 * <p>What decides is the pool's own code, driven through its public API as a proxy drives it; what is simulated is
 * time, chance and the servers. The same seed gives the same result, to the letter, on every machine.
 *
 * <p>Threads: a simulation runs on the thread that calls it, starts no other, and waits for nothing. Settings are
 * immutable; one simulation may be run by several threads at once if what it was given may be.
 */
@NullMarked
package dev.sluice.balancer.simulation;

import org.jspecify.annotations.NullMarked;
