package dev.sluice.proxy.spi;

import java.util.List;

/**
 * A strategy: picks one of the members of a topology. It keeps no counts, as the pool has them. It may prepare a table
 * for a topology, and hold atomics. Called from many threads at once; it must not block.
 */
@FunctionalInterface
public interface LoadBalancer {
    /**
     * Picks a member.
     *
     * @return its index, for which {@link Pick#eligible} is true, or -1 if there is none
     */
    int pick(Pick pick);

    /**
     * This strategy, prepared for a topology. Called once when the topology takes effect; the result is used for all
     * picks among exactly these members. A strategy without a table returns itself, which is the default.
     */
    default LoadBalancer over(List<? extends Candidate> members) {
        return this;
    }
}
