package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of a simulation: the pool, the servers, and the requests that come. */
final class SimulationRun {
    /** How long the last requests are waited for, in simulated time, which costs little. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final Setup setup;
    private final VirtualTime time = new VirtualTime();
    private final SplitMix loadRandom;
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final Map<String, SimulatedServer> serversById = new HashMap<>();
    private final Map<String, Member> members = new HashMap<>();
    private final SimulatedRequests requests;
    private final UpstreamPool pool;
    private final RunCounts counts;
    private final long headNanos;
    private long attempts;
    private long open;

    SimulationRun(Setup setup) {
        this.setup = setup;
        SplitMix random = new SplitMix(setup.seed());
        this.loadRandom = random.split();
        this.requests = new SimulatedRequests(setup, time, random.split());
        SplitMix poolRandom = random.split();
        UpstreamPool.Builder builder = UpstreamPool.builder();
        setup.pool().accept(builder);
        for (SimulatedMember config : setup.servers()) {
            SimulatedServer server = new SimulatedServer(config, servers.size(), time, random.split());
            Member member = config.member(new SimulatedUpstream(server));
            servers.add(server);
            serversById.put(config.id(), server);
            members.put(config.id(), member);
            if (!setup.spares().contains(config.id())) {
                builder.addMember(member);
            }
        }
        this.counts = new RunCounts(setup, servers);
        this.headNanos = setup.timeouts().head().toNanos();
        this.pool = builder.time(time).random(poolRandom).addListener(counts).build();
    }

    /** To the end: until no more requests come, and the last has been answered. */
    SimulationResult result() {
        try (pool) {
            servers.forEach(SimulatedServer::begin);
            for (Setup.Change change : setup.changes()) {
                time.put(new Applied(change.change()), change.atNanos());
            }
            new Arrival().next(0);
            long endNanos = setup.durationNanos();
            while (time.step(endNanos)) {
                // Each step is one event.
            }
            long limitNanos = endNanos + GRACE.toNanos();
            while (open > 0 && time.step(limitNanos)) {
                // The load is over: these are the last requests.
            }
            counts.close(open);
        }
        return counts.result();
    }

    VirtualTime time() {
        return time;
    }

    SimulatedAttempt attempt(SimulatedCall call, Step.Send send) {
        long nanos = time.nanos();
        long timeoutNanos = headNanos < TimeSource.NEVER - nanos ? nanos + headNanos : TimeSource.NEVER;
        SimulatedServer server = server(send.lease().upstream());
        if (server != null) {
            counts.sent(server.index(), nanos);
        }
        return new SimulatedAttempt(call, time, send, server, attempts++, timeoutNanos);
    }

    /** The server behind an upstream, which may have filters around it; null for what answers in the members' place. */
    private @Nullable SimulatedServer server(Upstream upstream) {
        if (upstream instanceof SimulatedUpstream own) {
            return own.server();
        }
        SimulatedServer server = serversById.get(upstream.id());
        if (server == null && pool.snapshot().member(upstream.id()).isPresent()) {
            throw new IllegalStateException("a member of a simulation must be simulated: \"" + upstream.id() + "\"");
        }
        return server;
    }

    void failed(SimulatedAttempt attempt) {
        SimulatedServer server = attempt.server();
        if (server != null) {
            counts.failed(server.index());
        }
    }

    void ended(CallCounts call, Outcome outcome, int status) {
        open--;
        counts.ended(call, outcome, status, time.nanos());
    }

    private void arrived() {
        open++;
        ProxyRequest request = requests.next();
        SimulatedCall call = new SimulatedCall(this, request, pool.attempts(request));
        counts.arrived(time.nanos());
        if (!setup.timeouts().total().equals(Timeouts.NONE)) {
            request.exchange().onCancel(call);
        }
        call.begin();
    }

    Member member(String id) {
        Member member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("there is no simulated server \"" + id + "\"");
        }
        return member;
    }

    /** A request comes; always the same event. */
    private final class Arrival extends Event {
        @Override
        void happen() {
            next(time.nanos());
            arrived();
        }

        void next(long nanos) {
            long at = setup.load().nextNanos(nanos, loadRandom);
            if (at < nanos) {
                throw new IllegalStateException("the load went back in time: from " + nanos + " to " + at);
            }
            // What comes after the end does not count, and would be in the way of the last steps.
            time.put(this, at < setup.durationNanos() ? at : TimeSource.NEVER);
        }
    }

    /** Somebody changes the pool. */
    private final class Applied extends Event {
        private final BiConsumer<UpstreamPool, Function<String, Member>> change;

        Applied(BiConsumer<UpstreamPool, Function<String, Member>> change) {
            this.change = change;
        }

        @Override
        void happen() {
            change.accept(pool, SimulationRun.this::member);
        }
    }
}
