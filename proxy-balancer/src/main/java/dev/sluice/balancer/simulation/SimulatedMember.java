package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A server of a simulation: how fast it is, how much it can do at once, and its faults with their times. A value.
 *
 * <p>It works on up to {@code capacity} requests at once, in the order in which they came; the others wait in it. A
 * request that is broken off, by a timeout or because another attempt has answered, leaves the server at once.
 *
 * <p>A probe takes no time, and passes unless the server is dead or stalled: a health page does not show other faults.
 * A check over TCP or TLS is not possible, as there is no connection.
 */
public final class SimulatedMember {
    /** A capacity that is never reached. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final String id;
    private final Latency latency;
    private final int capacity;
    private final List<Scheduled> faults;
    private final UnaryOperator<Member> configuration;

    private SimulatedMember(
            String id, Latency latency, int capacity, List<Scheduled> faults, UnaryOperator<Member> configuration) {
        this.id = id;
        this.latency = latency;
        this.capacity = capacity;
        this.faults = List.copyOf(faults);
        this.configuration = configuration;
    }

    /** A server that takes 10 ms for each request, has no limit of capacity, and no faults. */
    public static SimulatedMember named(String id) {
        return new SimulatedMember(
                id, Latency.fixed(Duration.ofMillis(10)), UNLIMITED, List.of(), UnaryOperator.identity());
    }

    /** The same with another latency. */
    public SimulatedMember withLatency(Latency time) {
        return new SimulatedMember(id, time, capacity, faults, configuration);
    }

    /**
     * The same with another number of requests that it works on at once.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public SimulatedMember withCapacity(int requests) {
        return new SimulatedMember(id, latency, Require.atLeast("capacity", 1, requests), faults, configuration);
    }

    /** The same with a fault from a time of the simulation on, without an end. */
    public SimulatedMember withFault(Duration at, Fault fault) {
        return with(new Scheduled(Nanos.of(Require.notNegative("start of a fault", at)), Long.MAX_VALUE, fault));
    }

    /**
     * The same with a fault between two times of the simulation. Faults may overlap: factors multiply, and of two
     * shares or latencies the later one counts.
     *
     * @throws IllegalArgumentException if a time is negative, or the end is not after the beginning
     */
    public SimulatedMember withFault(Duration at, Duration until, Fault fault) {
        if (until.compareTo(at) <= 0) {
            throw new IllegalArgumentException(
                    "end of a fault must be after " + DurationText.of(at) + ": " + DurationText.of(until));
        }
        return with(new Scheduled(Nanos.of(Require.notNegative("start of a fault", at)), until.toNanos(), fault));
    }

    /** The same with more settings of the pool's member, such as its weight: the function gets the settings so far. */
    public SimulatedMember withConfiguration(UnaryOperator<Member> change) {
        return new SimulatedMember(id, latency, capacity, faults, member -> change.apply(configuration.apply(member)));
    }

    /** The member's id. */
    public String id() {
        return id;
    }

    Latency latency() {
        return latency;
    }

    int capacity() {
        return capacity;
    }

    List<Scheduled> faults() {
        return faults;
    }

    Member member(Upstream upstream) {
        return configuration.apply(Member.of(upstream));
    }

    private SimulatedMember with(Scheduled fault) {
        List<Scheduled> more = new ArrayList<>(faults);
        more.add(fault);
        return new SimulatedMember(id, latency, capacity, more, configuration);
    }

    /** A fault and its time. */
    record Scheduled(long fromNanos, long untilNanos, Fault fault) {}
}
