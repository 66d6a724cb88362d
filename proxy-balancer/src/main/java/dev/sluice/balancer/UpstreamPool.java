package dev.sluice.balancer;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.drain.DrainPolicy;
import dev.sluice.balancer.drain.DrainReport;
import dev.sluice.balancer.drain.ReplacePolicy;
import dev.sluice.balancer.drain.ReplaceReport;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.PowerOfTwoChoices;
import dev.sluice.balancer.strategy.Subset;
import dev.sluice.balancer.tier.Overflow;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.balancer.tier.ZonePreference;
import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.UpstreamOpener;
import dev.sluice.proxy.UpstreamSource;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.Transport;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * The same member gets a request again only when no
 * other is left, after a back-off.
 *
 * <p>Upstreams made from URLs are closed by the pool, when they are no members any more and their last attempt has
 * ended; others belong to the caller. Safe for use by many threads.
 */
public final class UpstreamPool implements UpstreamSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

    private final PoolState state;
    private final PoolMembers members;

    private UpstreamPool(PoolState state, PoolMembers members) {
        this.state = state;
        this.members = members;
    }

    /** A builder of a pool without members. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        return new PoolAttempts(state, request, state.settings().time().nanos());
    }

    /** What every member can do; what the pool's transport can when there is none. */
    @Override
    public Set<Capability> capabilities() {
        Topology now = state.view().topology();
        return now.size() == 0 ? state.transport().upstreamCapabilities() : now.capabilities();
    }

    /**
     * Members that are given as URLs go over this transport from now on, with their probes, unless the pool was built
     * with one of its own. A server that names a transport calls it.
     *
     * @return this pool
     * @throws IllegalArgumentException if the transport cannot reach a member, or the pool goes over the transport of
     *     another server already; the message names it, and nothing is changed
     */
    @Override
    public UpstreamPool openedBy(UpstreamOpener transport) {
        if (!state.transport().named()) {
            members.openedBy(transport);
        }
        return this;
    }

    /**
     * Changes the members, all that is asked for in one step or nothing.
     *
     * <pre>{@code
     * pool.update(change -> change.add("http://10.0.0.3:8080").weight("blue", 3).remove("green"));
     * }</pre>
     *
     * @param changes asks for the changes; called while the pool is locked against other changes, it must not block
     * @return what has changed
     * @throws IllegalArgumentException if a change cannot be carried out; the message names the member
     * @throws IllegalStateException if the pool is closed, or this is called from within {@code changes}
     */
    public TopologyPlan update(Consumer<TopologyChange> changes) {
        return members.update(changes, false);
    }

    /** What {@link #update} would change now. Throws as it does, but for what only making an upstream shows. */
    public TopologyPlan plan(Consumer<TopologyChange> changes) {
        return members.plan(changes);
    }

    /** Adds a member by its URL, see {@link Member#at(String)}; throws as that and {@link #update} do. */
    public void add(String url) {
        add(Member.at(url));
    }

    /** Adds a member; throws as {@link #update} does. */
    public void add(Member member) {
        update(change -> change.add(member));
    }

    /**
     * Removes a member: it gets no new attempts, and those that it has go on to their end.
     *
     * @return whether there was one with this id
     */
    public boolean remove(String id) {
        return !state.closed() && !update(change -> change.removeIfPresent(id)).isEmpty();
    }

    /**
     * Drains a member: from now on it gets no new requests, but for those of sessions that are bound to it. It stays a
     * member, until it is removed or {@link #resume resumed}.
     *
     * @return the report, when it has no request and no session left, or the policy's time is over; also when the
     *     member is removed or resumed before. Completed on a thread of its own, so that what depends on it may block;
     *     on a clock that a test turns at once, on the thread that ends the drain
     * @throws IllegalArgumentException if there is no member with this id
     * @throws IllegalStateException if the pool is closed
     */
    public CompletionStage<DrainReport> drain(String id, DrainPolicy policy) {
        update(change -> change.drain(id));
        TopologyMember member = state.view().topology().member(id);
        return member == null
                ? CompletableFuture.completedStage(new DrainReport(id, 0, 0, 0, 0, Duration.ZERO))
                : MemberDrain.begin(state, member.state(), policy);
    }

    /** Drains a member with {@link DrainPolicy#DEFAULT}; see {@link #drain(String, DrainPolicy)}. */
    public CompletionStage<DrainReport> drain(String id) {
        return drain(id, DrainPolicy.DEFAULT);
    }

    /**
     * Gives a drained member requests again, with a slow start where the pool has one; throws as {@link #update} does.
     */
    public void resume(String id) {
        update(change -> change.resume(id));
    }

    /**
     * Puts a new member in the place of another: adds it, waits until its probes pass, warms it up, then drains the
     * old one and removes it. In the meantime the old one does the work, so no request fails for it.
     *
     * <p>The new member gets the weight, the priority and the tags of the old one where it was given none of its own.
     *
     * @return the report, when the old member is removed. Fails with an IllegalStateException when the new one does
     *     not come up in time, is down when it has been warmed up, or goes down or is removed while the old one is
     *     drained; then it is removed again, and the old one gets requests as before. Fails so too when the old one is
     *     resumed by somebody else while it is drained, which leaves both, or the pool is closed before the old one is
     *     removed. Completed as that of {@link #drain} is
     * @throws IllegalArgumentException if there is no member {@code old}, or one with the id of the new one
     * @throws IllegalStateException if the pool is closed
     */
    public CompletionStage<ReplaceReport> replace(String old, Member added, ReplacePolicy policy) {
        return MemberReplacement.begin(state, members, old, added, policy);
    }

    /** Replaces with {@link ReplacePolicy#DEFAULT}; see {@link #replace(String, Member, ReplacePolicy)}. */
    public CompletionStage<ReplaceReport> replace(String old, Member added) {
        return replace(old, added, ReplacePolicy.DEFAULT);
    }

    /** The pool as it is now. */
    public PoolSnapshot snapshot() {
        return Snapshots.of(state);
    }

    /**
     * Ends the probing and removes all members. Attempts that run go on to their end; new ones, and requests that wait
     * for a member, are refused with SHUT_DOWN. A probe that runs is broken off, and its end waited for, a second at most.
     * Of no effect the second time.
     */
    @Override
    public void close() {
        members.close();
    }

    /** Sets up a pool. For one thread. */
    public static final class Builder {
        private final List<Supplier<Member>> members = new ArrayList<>();
        private final List<PoolListener> listeners = new ArrayList<>();
        private String name = "pool";
        /** Null for one of the default's for each pool. */
        private @Nullable LoadBalancer strategy;

        private @Nullable Transport transport;
        private RetryPolicy retry = RetryPolicy.DEFAULT;
        private @Nullable HedgePolicy hedge;
        private @Nullable Parking parking;
        private @Nullable Affinity affinity;
        private @Nullable HealthCheck health;
        private EjectionPolicy ejection = EjectionPolicy.DEFAULT;
        private @Nullable BreakerPolicy breaker;
        private @Nullable SlowStart slowStart;
        private @Nullable MemberLimit limit;
        private Overflow overflow = Overflow.DEFAULT;
        private @Nullable ZonePreference zone;
        private PanicPolicy panic = PanicPolicy.DEFAULT;
        private @Nullable Subset subset;
        private Duration latencyDecay = Duration.ofSeconds(2);
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
         * also with several proxies in front of the same members. Each pool
         * needs one of its own.
         */
        public Builder strategy(LoadBalancer strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy");
            return this;
        }

        /**
         * Sets what opens the upstreams of members that are given as URLs; requests, probes and all else go over it. By
         * default it is the transport that a server names which is built with this pool in a route, else {@link
         * dev.sluice.proxy.transport.direct.DirectTransport#shared()}.
         */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
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

        /** Sets which failures are followed by another attempt; {@link RetryPolicy#DEFAULT} by default. */
        public Builder retry(RetryPolicy policy) {
            this.retry = Objects.requireNonNull(policy, "retry");
            return this;
        }

        /** Has a second attempt run beside a slow one; none does by default. */
        public Builder hedge(HedgePolicy policy) {
            this.hedge = Objects.requireNonNull(policy, "hedge");
            return this;
        }

        /** Has requests wait while no member is available; they fail at once by default. */
        public Builder parking(Parking parking) {
            this.parking = Objects.requireNonNull(parking, "parking");
            return this;
        }

        /** Keeps the requests of a session at one member; not done by default. */
        public Builder affinity(Affinity affinity) {
            this.affinity = Objects.requireNonNull(affinity, "affinity");
            return this;
        }

        /** Stops requests to a member for a while when too many have failed; there is no breaker by default. */
        public Builder breaker(BreakerPolicy policy) {
            this.breaker = Objects.requireNonNull(policy, "breaker");
            return this;
        }

        /** Warms up members that are new or have come back; they get their whole share at once by default. */
        public Builder slowStart(SlowStart slowStart) {
            this.slowStart = Objects.requireNonNull(slowStart, "slowStart");
            return this;
        }

        /** Limits how many requests a member has at once; there is no limit by default. */
        public Builder limit(MemberLimit limit) {
            this.limit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** Sets when the next priority, or the far zone, helps out; {@link Overflow#DEFAULT} by default. */
        public Builder overflow(Overflow overflow) {
            this.overflow = Objects.requireNonNull(overflow, "overflow");
            return this;
        }

        /** Prefers members of a zone; there is no preference by default. */
        public Builder zone(ZonePreference preference) {
            this.zone = Objects.requireNonNull(preference, "zone");
            return this;
        }

        /** Sets what happens when too few members are well; {@link PanicPolicy#DEFAULT} by default. */
        public Builder panic(PanicPolicy policy) {
            this.panic = Objects.requireNonNull(policy, "panic");
            return this;
        }

        /** Uses a part of the members only, for a large fleet; all by default. */
        public Builder subset(Subset subset) {
            this.subset = Objects.requireNonNull(subset, "subset");
            return this;
        }

        /**
         * Sets tau of {@link dev.sluice.balancer.strategy.LoadMetric#PEAK_EWMA}, in which a peak fades to 1/e; 2 s by
         * default, at most 1 hour. A longer one asks a slow member less often, and uses one that has recovered later.
         */
        public Builder latencyDecay(Duration tau) {
            this.latencyDecay = Objects.requireNonNull(tau, "latencyDecay");
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
         * <p>A pool without members is logged as a warning: until it is given some, by a discovery for instance, its requests
         * fail with 503.
         *
         * @throws IllegalArgumentException if an option is out of range, a member cannot be made or probed, two have the
         *     same id, or the strategy is that of another open pool; the message names the option and the value
         */
        public UpstreamPool build() {
            LoadBalancer own = strategy == null ? new PowerOfTwoChoices() : strategy;
            PoolState state = new PoolState(
                    settings(),
                    own,
                    new OwnTransport("pool \"" + name + "\"", transport),
                    new PoolEvents(name, time, listeners));
            PoolMembers joined = new PoolMembers(state);
            StrategyUses.claim(own, state);
            try {
                joined.update(change -> members.forEach(member -> change.add(member.get())), false);
            } catch (RuntimeException | Error fault) {
                joined.close();
                throw fault;
            }
            if (members.isEmpty()) {
                LOG.warn("pool \"{}\" has no members yet: its requests get 503 until it is given some", name);
            }
            return new UpstreamPool(state, joined);
        }

        private PoolSettings settings() {
            PeakEwma.requireTau(latencyDecay);
            return new PoolSettings(
                    name,
                    retry,
                    hedge,
                    parking,
                    affinity,
                    health,
                    ejection,
                    breaker,
                    slowStart,
                    limit,
                    overflow,
                    zone,
                    panic,
                    subset,
                    latencyDecay,
                    time,
                    random);
        }
    }
}
