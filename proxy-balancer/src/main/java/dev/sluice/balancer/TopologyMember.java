package dev.sluice.balancer;

import dev.sluice.proxy.Candidate;
import java.util.Map;

/** A member at its place in a topology: what the user said, and the live counts. */
record TopologyMember(int index, Member config, MemberState state) implements Candidate {
    @Override
    public String id() {
        return config.id();
    }

    @Override
    public int weight() {
        return config.weight();
    }

    @Override
    public int inFlight() {
        return state.inFlight();
    }

    @Override
    public long latencyNanos() {
        return state.latencyNanos();
    }

    @Override
    public long peakLatencyNanos(long nanos) {
        return state.peakLatencyNanos(nanos);
    }

    @Override
    public double failing(long nanos) {
        return state.failing(nanos);
    }

    @Override
    public Map<String, String> tags() {
        return config.tags();
    }
}
