package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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

    private static final RequestTarget TARGET = RequestTarget.of("http", null, "/");

    private final Setup setup;
    private final VirtualTime time = new VirtualTime();
    private final SplitMix loadRandom;
    private final SplitMix requestRandom;
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final Map<String, SimulatedServer> serversById = new HashMap<>();
    private final Map<String, Member> members = new HashMap<>();
    private final Exchange.Builder[] exchanges;
    private final UpstreamPool pool;
    private final RunCounts counts;
    private final long headNanos;
    private final boolean ownTimeouts;
    private long requests;
    private long attempts;
    private long open;

    SimulationRun(Setup setup) {
        this.setup = setup;
        SplitMix random = new SplitMix(setup.seed());
        this.loadRandom = random.split();
        this.requestRandom = random.split();
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
        this.exchanges = exchanges(setup.clients(), time);
        this.headNanos = setup.timeouts().head().toNanos();
        this.ownTimeouts = !setup.timeouts().equals(Timeouts.DEFAULT);
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
        ProxyRequest request = request(requests++);
        SimulatedCall call = new SimulatedCall(this, request, pool.attempts(request));
        counts.arrived(time.nanos());
        if (!setup.timeouts().total().equals(Timeouts.NONE)) {
            request.exchange().onCancel(call);
        }
        call.begin();
    }

    private ProxyRequest request(long request) {
        Exchange.Builder builder = exchanges[exchanges.length == 1 ? 0 : requestRandom.nextInt(exchanges.length)];
        Exchange exchange = builder.begin(setup.timeouts().total());
        if (ownTimeouts) {
            exchange.put(Timeouts.class, setup.timeouts());
        }
        boolean post = setup.postShare() > 0 && requestRandom.nextDouble() < setup.postShare();
        ProxyRequest.Builder parts = ProxyRequest.builder(exchange, post ? "POST" : "GET", TARGET);
        if (!setup.fields().isEmpty()) {
            Headers.Builder headers = Headers.builder();
            for (Setup.Field field : setup.fields()) {
                headers.add(field.name(), field.keys().key(request, requestRandom));
            }
            parts.headers(headers.build());
        }
        return parts.build();
    }

    private static Exchange.Builder[] exchanges(int clients, TimeSource time) {
        Exchange.Builder[] builders = new Exchange.Builder[clients];
        InetSocketAddress local = new InetSocketAddress(address(0), 80);
        for (int i = 0; i < clients; i++) {
            Client client = new Client(new InetSocketAddress(address(i + 1), 40_000), local, null);
            builders[i] = Exchange.builder(time).client(client);
        }
        return builders;
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {10, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
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
