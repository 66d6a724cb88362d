package dev.sluice.proxy.spi;

import dev.sluice.proxy.ProxyRequest;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

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

    /** One choice among all members of a topology, with the facts for it. Valid during {@link LoadBalancer#pick} only. */
    interface Pick {
        /** The request that needs a member. */
        ProxyRequest request();

        /** The number of members, eligible or not. */
        int size();

        /** The member at {@code index}, from 0 to {@code size() - 1}. */
        Candidate candidate(int index);

        /** Returns whether the member may be picked: it is available, and this request has not been tried with it. */
        boolean eligible(int index);

        /**
         * The weight that the member has at this moment, above 0: that of {@link Candidate#weight()}, or a part of it while
         * the member is warmed up.
         */
        default double weight(int index) {
            return candidate(index).weight();
        }

        /** The attempts at all members that have not ended. */
        long inFlight();

        /**
         * A number that goes up by one with each pick of the pool, from 0; after the greatest one it goes on with negative
         * ones.
         */
        long ticket();

        /** The time of the pick, in nanoseconds of the pool's time source. */
        long nanos();

        /** Random numbers, from the pool's source. */
        RandomGenerator random();
    }

    /** A member of a topology, as a strategy sees it. Counts are live and may change between two calls. */
    interface Candidate {
        /** The place in the topology, from 0. */
        int index();

        /** The id, which stays the same from topology to topology. */
        String id();

        /** The weight: at least 1; twice the weight means twice the share. */
        int weight();

        /** The attempts at this member that have not ended. */
        int inFlight();

        /** The moving average of the time to a response's head in nanoseconds, or 0 while none has come. */
        long latencyNanos();

        /**
         * An average of the same times that follows a longer one at once and forgets it slowly, at the time {@code nanos},
         * or 0 while none has come: the peak-sensitive moving average of Finagle ({@code PeakEwma}).
         */
        long peakLatencyNanos(long nanos);

        /**
         * The failed attempts of the last second or so, at the time {@code nanos}: each counts as one when it fails, and
         * then fades. A strategy that uses load adds it to the attempts in flight, as a member that fails at once would
         * otherwise look idle. None by default.
         */
        default double failing(long nanos) {
            return 0;
        }

        /** The user's own labels, such as a zone. */
        Map<String, String> tags();
    }
}
