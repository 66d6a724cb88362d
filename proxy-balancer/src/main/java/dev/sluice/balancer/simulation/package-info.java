/**
 * A simulator of a pool in virtual time. {@link dev.sluice.balancer.simulation.Simulation} is the entry point: it takes
 * the real configuration of an {@link dev.sluice.balancer.UpstreamPool}, simulated servers, a load and a schedule of
 * faults, and says what the clients would have seen.
 *
 * <p>The pool's own code decides, driven through its public API as by a proxy. Time, chance and the servers are
 * simulated. The same seed gives exactly the same result on every machine.
 *
 * <p>Threads: a simulation runs on the thread that calls it, starts no other, and waits for nothing. Settings are
 * immutable. Several threads may run one simulation at once if the objects given to it allow this.
 */
@NullMarked
package dev.sluice.balancer.simulation;

import org.jspecify.annotations.NullMarked;
