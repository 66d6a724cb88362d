package dev.sluice.proxy.spi;

import java.util.List;

/**
 * A strategy: picks one of the members of a topology. It keeps no counts of its own, for the pool has them; it may
 * prepare a table for a topology, and hold atomics. Called from many threads at once; it must not block.
 */
@FunctionalInterface
public interface LoadBalancer {
    /**
     * Picks a member.
     *
     * @return its index, for which {@link Pick#eligible} holds, or -1 when there is none
     */
    int pick(Pick pick);

    /**
     * This strategy, prepared for a topology. Asked for once when the topology takes effect, and then used for all
     * picks among exactly these members. A strategy that needs no table returns itself, as it does by default.
     */
    default LoadBalancer over(List<? extends Candidate> members) {
        return this;
    }
}
