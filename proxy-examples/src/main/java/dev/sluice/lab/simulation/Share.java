package dev.sluice.lab.simulation;

import dev.sluice.balancer.simulation.SimulationResult;
import dev.sluice.balancer.simulation.SimulationResult.Interval;
import dev.sluice.balancer.simulation.SimulationResult.MemberResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The share of the attempts that a member got, divided by its fair share: 1 is exactly right.
 *
 * @param title the heading of the column
 */
record Share(String title, ToDoubleFunction<SimulationResult> measure) {
    /** The share of the member that got most for its weight. A member that is not in the map has a weight of 1. */
    static Share ofFullest(Map<String, Integer> weights) {
        return new Share("fullest", result -> {
            double weight = 0;
            double fullest = 0;
            for (MemberResult member : result.members()) {
                int own = weights.getOrDefault(member.id(), 1);
                weight += own;
                fullest = Math.max(fullest, member.share() / own);
            }
            return fullest * weight;
        });
    }

    /** The share of one member of a set of this size, in a part of the time. */
    static Share of(String title, String id, int members, Duration from, Duration until) {
        return new Share(title, result -> members * share(result, id, from, until));
    }

    /**
     * The mean share of the new members, each in the first second of its use. In that second there are this many
     * members.
     */
    static Share ofNew(List<String> ids, int members) {
        return new Share("new one", result -> {
            double sum = 0;
            for (String id : ids) {
                Duration first = result.member(id).firstAttempt().orElseThrow();
                sum += share(result, id, first, first.plusSeconds(1));
            }
            return members * sum / ids.size();
        });
    }

    private static double share(SimulationResult result, String id, Duration from, Duration until) {
        double own = 0;
        double all = 0;
        for (Interval interval : result.timeline()) {
            if (interval.from().compareTo(from) >= 0 && interval.from().compareTo(until) < 0) {
                own += interval.attempts().getOrDefault(id, 0L);
                all += interval.attempts().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
            }
        }
        return all == 0 ? 0 : own / all;
    }
}
