package dev.sluice.balancer.simulation;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.simulation.SimulationResult.Interval;
import dev.sluice.balancer.simulation.SimulationResult.MemberResult;
import dev.sluice.proxy.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts what happens in a run. */
final class RunCounts implements PoolEvent.Listener {
    private static final int STATUSES = 600;

    private final Setup setup;
    private final List<SimulatedServer> servers;
    private final Slice[] slices;
    private final List<PoolEvent> events = new ArrayList<>();
    private final SimulationResult.Latencies latency = new SimulationResult.Latencies();
    private final SimulationResult.Latencies errorLatency = new SimulationResult.Latencies();
    private final Map<Outcome, long[]> outcomes = new EnumMap<>(Outcome.class);
    private final long[] statuses = new long[STATUSES];
    private final long[] attempts;
    private final long[] failures;
    private final long[] firstNanos;
    private final long[] lastNanos;
    private long retries;
    private long hedges;
    private long firstErrorNanos = -1;
    private long lastErrorNanos = -1;
    private long unfinished;
    private boolean closed;

    RunCounts(Setup setup, List<SimulatedServer> servers) {
        this.setup = setup;
        this.servers = servers;
        this.slices = new Slice[(int) ((setup.durationNanos() - 1) / setup.intervalNanos()) + 1];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = new Slice(servers.size());
        }
        this.attempts = new long[servers.size()];
        this.failures = new long[servers.size()];
        this.firstNanos = new long[servers.size()];
        this.lastNanos = new long[servers.size()];
    }

    @Override
    public void changed(PoolEvent event) {
        if (!closed) {
            events.add(event);
        }
    }

    void arrived(long nanos) {
        slice(nanos).requests++;
    }

    void sent(int server, long nanos) {
        slice(nanos).attempts[server]++;
        if (nanos >= setup.warmUpNanos()) {
            firstNanos[server] = attempts[server] == 0 ? nanos : firstNanos[server];
            lastNanos[server] = nanos;
            attempts[server]++;
        }
    }

    void failed(int server) {
        failures[server]++;
    }

    void ended(CallCounts call, Outcome outcome, int status, long nanos) {
        long began = call.beginNanos();
        boolean error = outcome != Outcome.COMPLETED || status >= 500;
        Slice slice = slice(began);
        slice.latency.add(nanos - began);
        slice.errors += error ? 1 : 0;
        if (began < setup.warmUpNanos()) {
            return;
        }
        latency.add(nanos - began);
        outcomes.computeIfAbsent(outcome, key -> new long[1])[0]++;
        statuses[status]++;
        hedges += call.hedges();
        retries += Math.max(0, call.sent() - 1 - call.hedges());
        if (error) {
            errorLatency.add(nanos - began);
            // Requests end in another order than they come in.
            firstErrorNanos = firstErrorNanos < 0 ? began : Math.min(firstErrorNanos, began);
            lastErrorNanos = Math.max(lastErrorNanos, began);
        }
    }

    /** What comes now does not count any more. */
    void close(long open) {
        unfinished = open;
        closed = true;
    }

    SimulationResult result() {
        Map<Outcome, Long> byOutcome = new EnumMap<>(Outcome.class);
        outcomes.forEach((outcome, count) -> byOutcome.put(outcome, count[0]));
        Map<Integer, Long> byStatus = new TreeMap<>();
        for (int status = 0; status < STATUSES; status++) {
            if (statuses[status] > 0) {
                byStatus.put(status, statuses[status]);
            }
        }
        return new SimulationResult(
                setup,
                latency,
                errorLatency,
                Collections.unmodifiableMap(byOutcome),
                Collections.unmodifiableMap(byStatus),
                new SimulationResult.Extra(retries, hedges, unfinished),
                time(firstErrorNanos),
                time(lastErrorNanos),
                members(),
                timeline(),
                List.copyOf(events));
    }

    private List<MemberResult> members() {
        long sum = 0;
        for (long count : attempts) {
            sum += count;
        }
        List<MemberResult> members = new ArrayList<>();
        for (int i = 0; i < attempts.length; i++) {
            boolean used = attempts[i] > 0;
            members.add(new MemberResult(
                    servers.get(i).id(),
                    attempts[i],
                    sum == 0 ? 0 : (double) attempts[i] / sum,
                    failures[i],
                    time(used ? firstNanos[i] : -1),
                    time(used ? lastNanos[i] : -1)));
        }
        return List.copyOf(members);
    }

    private List<Interval> timeline() {
        List<Interval> intervals = new ArrayList<>();
        for (int i = 0; i < slices.length; i++) {
            Slice slice = slices[i];
            Map<String, Long> byMember = new LinkedHashMap<>();
            for (SimulatedServer server : servers) {
                byMember.put(server.id(), slice.attempts[server.index()]);
            }
            intervals.add(new Interval(
                    Duration.ofNanos(i * setup.intervalNanos()),
                    slice.requests,
                    slice.errors,
                    slice.latency,
                    Collections.unmodifiableMap(byMember)));
        }
        return List.copyOf(intervals);
    }

    private Slice slice(long nanos) {
        // A retry may come when the load is over.
        return slices[(int) Math.min(slices.length - 1, nanos / setup.intervalNanos())];
    }

    private static Optional<Duration> time(long nanos) {
        return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** The counts of one interval. */
    private static final class Slice {
        private final SimulationResult.Latencies latency = new SimulationResult.Latencies();
        private final long[] attempts;
        private long requests;
        private long errors;

        Slice(int servers) {
            this.attempts = new long[servers];
        }
    }
}
