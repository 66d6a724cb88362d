package dev.sluice.balancer.topology;

import dev.sluice.balancer.live.InFlight;
import dev.sluice.balancer.live.Results;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import java.util.Map;

/** A member at its place in a topology: its settings and its live counts, as a strategy sees them. */
public final class TopologyMember implements Candidate {
    private final int index;
    private final int weight;
    private final int priority;
    private final Map<String, String> tags;
    private final LiveMember live;
    /** This and the next are parts of {@link #live}: a full scan reads those of all members. */
    private final InFlight inFlight;

    private final Results results;

    private TopologyMember(int index, LiveMember live, int weight, int priority, Map<String, String> tags) {
        this.index = index;
        this.live = live;
        this.weight = weight;
        this.priority = priority;
        this.tags = tags;
        this.inFlight = live.inFlight();
        this.results = live.results();
    }

    /** A member that has no place yet. */
    public static TopologyMember of(LiveMember live, int weight, int priority, Map<String, String> tags) {
        return new TopologyMember(-1, live, weight, priority, tags);
    }

    /** The same at this place. */
    TopologyMember at(int place) {
        return new TopologyMember(place, live, weight, priority, tags);
    }

    /** What is live about it. */
    public LiveMember live() {
        return live;
    }

    /** As it was set. */
    public int priority() {
        return priority;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String id() {
        return live.id();
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int inFlight() {
        return inFlight.count();
    }

    @Override
    public long latencyNanos() {
        return results.latencyNanos();
    }

    @Override
    public long peakLatencyNanos(long nanos) {
        return results.peakLatencyNanos(nanos);
    }

    @Override
    public double failing(long nanos) {
        return results.failing(nanos);
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    /** Its id and its weight. */
    @Override
    public String toString() {
        return id() + ", weight " + weight;
    }
}
