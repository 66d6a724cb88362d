package dev.sluice.balancer;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.PoolState.Joining;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.HealthMonitor;
import dev.sluice.balancer.strategy.PowerOfTwoChoices;
import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.UpstreamSource;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.Transport;
import dev.sluice.proxy.transport.standard.StandardTransport;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Many upstreams behind one address. For each attempt of a request the strategy picks a member that is well and that
 * the request has not been tried with; a failed attempt goes on to another member while that is safe. Members can be
 * added, removed and given another weight while requests run.
 *
 * <pre>{@code
 * UpstreamPool pool = UpstreamPool.builder()
 *         .member("http://10.0.0.1:8080")
 *         .member("http://10.0.0.2:8080")
 *         .health(HealthCheck.http("/health").build())
 *         .build();
 * }</pre>
 *
 * <p>A member is out of use while probes find it down, and for a while after its requests have failed in a row. Members
 * that are out are still used for a request that no other is left for, the ejected ones first: trying costs little, and
 * a pool that probes find down altogether goes on as well as it can.
 *
 * <p>Another member gets the request when the upstream is to blame for the failure and nothing was sent, whatever the
 * method; when something may have been sent, only if the method is idempotent (RFC 9110 §9.2.2) and the body was kept.
 * No member gets the same request twice.
 *
 * <p>Upstreams made from URLs are closed by the pool, when they are no members any more and their last attempt has
 * ended; others belong to the caller. Safe for use by many threads.
 */
public final class UpstreamPool implements UpstreamSource, AutoCloseable {
    private final PoolState state;
    private final Supplier<Transport> transport;

    private UpstreamPool(PoolState state, Supplier<Transport> transport) {
        this.state = state;
        this.transport = transport;
    }

    /** A builder of a pool without members. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        return new PoolAttempts(state, request);
    }

    /** What every member can do; nothing when there is none. */
    @Override
    public Set<Capability> capabilities() {
        return state.view().topology().capabilities();
    }

    /**
     * Adds a member with weight 1, made with the pool's transport; its id is the URL without the scheme.
     *
     * @throws IllegalArgumentException if the URL cannot be used, or there is a member with this id
     * @throws IllegalStateException if the pool is closed
     */
    public void add(String url) {
        add(Member.at(url));
    }

    /** Adds a member; throws as {@link #add(String)} does. */
    public void add(Member member) {
        state.add(List.of(joining(member, transport.get())));
    }

    /**
     * Removes a member: it gets no new attempts, and those that it has go on to their end.
     *
     * @return whether there was one with this id
     */
    public boolean remove(String id) {
        return state.remove(id, "removed by the application");
    }

    /**
     * Gives a member another weight. Its counts and its health stay.
     *
     * @return whether there is one with this id
     * @throws IllegalArgumentException if the weight is out of range, see {@link Member}
     */
    public boolean reweight(String id, int weight) {
        return state.reweight(id, weight);
    }

    /** The pool as it is now. */
    public PoolSnapshot snapshot() {
        PoolView view = state.view();
        List<MemberSnapshot> members = new ArrayList<>();
        for (int i = 0; i < view.topology().size(); i++) {
            members.add(snapshot(view, i));
        }
        return new PoolSnapshot(state.settings().name(), state.settings().time().now(), members);
    }

    /**
     * Ends the probing and removes all members. Attempts that run go on to their end; new ones are refused with
     * SHUT_DOWN. Of no effect the second time.
     */
    @Override
    public void close() {
        state.close();
    }

    private static MemberSnapshot snapshot(PoolView view, int index) {
        TopologyMember member = view.topology().member(index);
        MemberState live = member.state();
        HealthMonitor monitor = live.monitor;
        return new MemberSnapshot(
                member.id(),
                view.down(index) ? Condition.DOWN : view.ejected(index) ? Condition.EJECTED : Condition.UP,
                member.weight(),
                member.tags(),
                live.inFlight(),
                live.latencyNanos(),
                live.requests(),
                live.failures(),
                monitor == null ? Optional.empty() : monitor.lastProbe());
    }

    private static Joining joining(Member member, Transport transport) {
        URI uri = member.uri();
        Upstream own = member.upstream();
        return own != null || uri == null
                ? new Joining(member, Objects.requireNonNull(own), false)
                : new Joining(member, transport.upstream(member.id(), uri), true);
    }

    /** Sets up a pool. For one thread. */
    public static final class Builder {
        private final List<Supplier<Member>> members = new ArrayList<>();
        private final List<PoolListener> listeners = new ArrayList<>();
        private String name = "pool";
        private LoadBalancer strategy = new PowerOfTwoChoices();
        private Supplier<Transport> transport = StandardTransport::shared;
        private @Nullable HealthCheck health;
        private EjectionPolicy ejection = EjectionPolicy.DEFAULT;
        private int maxAttempts = 3;
        private TimeSource time = TimeSource.system();
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

        private Builder() {}

        /** Names the pool in logs, records and snapshots; {@code pool} by default. */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Adds a member as {@link UpstreamPool#add(String)} does; what is wrong with it is thrown by {@link #build()}.
         */
        public Builder member(String url) {
            members.add(() -> Member.at(url));
            return this;
        }

        /** Adds a member; what is wrong with its URL is thrown by {@link #build()}. */
        public Builder member(Member member) {
            members.add(() -> member);
            return this;
        }

        /**
         * Sets how members are picked; {@link PowerOfTwoChoices} by default, as it is nearly as even as counting all,
         * also with several proxies in front of the same members, and does not run to a member that fails at once.
         */
        public Builder strategy(LoadBalancer strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy");
            return this;
        }

        /** Sets what makes upstreams of URLs; {@link StandardTransport#shared()} by default. */
        public Builder transport(Transport transport) {
            Objects.requireNonNull(transport, "transport");
            this.transport = () -> transport;
            return this;
        }

        /** Has members probed; they are not by default. */
        public Builder health(HealthCheck check) {
            this.health = Objects.requireNonNull(check, "health");
            return this;
        }

        /** Sets when failed requests take a member out; {@link EjectionPolicy#DEFAULT} by default. */
        public Builder ejection(EjectionPolicy policy) {
            this.ejection = Objects.requireNonNull(policy, "ejection");
            return this;
        }

        /** Sets how many members a request is tried with at most; 3 by default. */
        public Builder maxAttempts(int attempts) {
            this.maxAttempts = attempts;
            return this;
        }

        /** Sets the clock, which must be that of the exchanges; the system's by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets where random numbers come from, for picks and for jitter: safe for use by many threads. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** Adds somebody who is told of each change, that of the first members included. */
        public Builder listener(PoolListener listener) {
            this.listeners.add(listener);
            return this;
        }

        /**
         * The pool, running: probes begin at once.
         *
         * @throws IllegalArgumentException if an option is out of range, a member cannot be made or probed, or two
         *     have the
         *     same id; the message names the option and the value
         */
        public UpstreamPool build() {
            PoolSettings settings = new PoolSettings(name, maxAttempts, ejection, health, time, random);
            PoolState state = new PoolState(settings, strategy, new PoolEvents(name, listeners));
            state.add(members.stream()
                    .map(member -> joining(member.get(), transport.get()))
                    .toList());
            return new UpstreamPool(state, transport);
        }
    }
}
