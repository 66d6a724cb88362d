package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import java.util.function.Function;

/** What somebody does to the pool in the course of a simulation, such as a deploy. */
@FunctionalInterface
public interface PoolChange {
    /**
     * Does it, without waiting for anything.
     *
     * @param servers gives the pool's member of a simulated server, one in reserve for instance, by its id; it throws
     *     IllegalArgumentException when there is none
     */
    void apply(UpstreamPool pool, Function<String, Member> servers);
}
