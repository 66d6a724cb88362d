package dev.sluice.balancer;

import dev.sluice.balancer.health.ProbeResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pool as it was at one moment, for pages, metrics and tests. Immutable.
 *
 * @param pool the pool's name
 * @param at when, on the wall clock of the pool's time source
 * @param members in the order of the topology
 */
public record PoolSnapshot(String pool, Instant at, List<MemberSnapshot> members) {
    /** Copies the list. */
    public PoolSnapshot {
        members = List.copyOf(members);
    }

    /** The member with this id; empty when there is none. */
    public Optional<MemberSnapshot> member(String id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /** Whether a member gets requests. */
    public enum Condition {
        /** It does. */
        UP,
        /** Probes fail. */
        DOWN,
        /** Requests failed, and it is out for a while. */
        EJECTED
    }

    /**
     * One member.
     *
     * @param id the upstream's id
     * @param condition whether it gets requests
     * @param weight as it was set
     * @param tags as they were set
     * @param inFlight attempts that it has been given and that have not ended
     * @param latencyNanos moving average of the time to a response's head, or 0 while none has come
     * @param requests attempts that it was given so far
     * @param failures those of them that it is to blame for having failed
     * @param lastProbe how the latest probe ended; empty without health checks, and before the first has ended
     */
    public record MemberSnapshot(
            String id,
            Condition condition,
            int weight,
            Map<String, String> tags,
            int inFlight,
            long latencyNanos,
            long requests,
            long failures,
            Optional<ProbeResult> lastProbe) {}
}
