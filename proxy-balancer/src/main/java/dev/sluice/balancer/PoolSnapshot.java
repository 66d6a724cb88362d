package dev.sluice.balancer;

import dev.sluice.balancer.health.HealthCheck;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pool as it was at one moment, for pages, metrics and tests. Immutable.
 *
 * @param pool the pool's name
 * @param at when, on the wall clock of the pool's time source
 * @param panic whether too few members are well
 * @param inFlight attempts of all members that have not ended, also of removed members
 * @param parked requests that wait for a member that is well, or for a place at a full one
 * @param queued those of them that wait for a place, because all members are at their limit
 * @param retryBudgetUsed the part of the retry budget that is used: from 1 on, requests are not repeated. A budget that several
 *     pools share is that of all of them
 * @param droppedEvents events that listeners have missed because they were more than 1,000 behind, for all listeners
 *     together
 * @param members in the order of the topology
 */
public record PoolSnapshot(
        String pool,
        Instant at,
        boolean panic,
        long inFlight,
        int parked,
        int queued,
        double retryBudgetUsed,
        long droppedEvents,
        List<MemberSnapshot> members) {
    /** Copies the list. */
    public PoolSnapshot {
        members = List.copyOf(members);
    }

    /** The member with this id; empty when there is none. */
    public Optional<MemberSnapshot> member(String id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /**
     * How many members are {@link Condition#UP}. Members that are not may get requests too, as a last resort ({@code
     * PanicPolicy}).
     */
    public int up() {
        return (int) members.stream()
                .filter(member -> member.condition() == Condition.UP)
                .count();
    }

    /** Whether a member gets requests. Later versions may add values, so a {@code switch} needs a default. */
    public enum Condition {
        /** It does. */
        UP,
        /** No probe has passed yet. */
        STARTING,
        /** Probes fail. */
        DOWN,
        /** Requests failed, and it is out for a while. */
        EJECTED,
        /** It was ejected, and one request finds out whether it is well. */
        ON_TRIAL,
        /** Its breaker is open. */
        OPEN,
        /** It gets no new requests, and the pool waits for its last ones. */
        DRAINING,
        /** Its drain has ended. */
        DRAINED
    }

    /**
     * One member.
     *
     * @param id the upstream's id
     * @param condition whether it gets requests
     * @param weight as it was set
     * @param weightInEffect the weight that a strategy uses now: less than the weight during a slow start
     * @param priority as it was set
     * @param tags as they were set
     * @param inFlight its attempts that have not ended
     * @param limit how many it may have at once; {@link Integer#MAX_VALUE} without a limit
     * @param latencyNanos moving average of the time to a response's head, or 0 while none has come
     * @param requests attempts that it was given so far
     * @param failures those of them that failed by its fault
     * @param recent the results of its recent attempts
     * @param probesPassed its probes that have passed
     * @param probesFailed its probes that have failed
     * @param lastProbe how the latest probe ended; empty without health checks, and before the first has ended
     * @param reason the event that has brought it into its condition, which says why and since when; the latest event for a
     *     member that is up
     * @param ejectedUntil when its trial begins, on the wall clock; empty unless it is ejected
     */
    public record MemberSnapshot(
            String id,
            Condition condition,
            int weight,
            double weightInEffect,
            int priority,
            Map<String, String> tags,
            int inFlight,
            int limit,
            long latencyNanos,
            long requests,
            long failures,
            Recent recent,
            long probesPassed,
            long probesFailed,
            Optional<HealthCheck.Result> lastProbe,
            Optional<PoolEvent> reason,
            Optional<Instant> ejectedUntil) {}

    /**
     * The attempts of a member that ended in the last {@link #windowNanos}; the newest part of that time has just
     * begun.
     *
     * @param windowNanos how far back this goes
     * @param requests how many ended
     * @param failures how many of them failed by its fault
     * @param latencyNanos the mean time to the head of a response, or 0 when there was none
     */
    public record Recent(long windowNanos, long requests, long failures, long latencyNanos) {
        /** Attempts a second. */
        public double rate() {
            return windowNanos == 0 ? 0 : requests * 1e9 / windowNanos;
        }

        /** The part of the attempts that failed. */
        public double failureRate() {
            return requests == 0 ? 0 : (double) failures / requests;
        }
    }
}
