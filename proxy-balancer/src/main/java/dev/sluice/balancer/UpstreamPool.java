package dev.sluice.balancer;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.attempt.PoolAttempts;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.internal.Overflow;
import dev.sluice.balancer.internal.Subset;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.balancer.tier.ZonePreference;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.Topology;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Many upstreams behind one address. For each attempt of a request the strategy picks a member that is well and has not
 * yet had the request. If an attempt fails, another member is tried while that is safe. You can add members, remove
 * them and change their weights while requests run.
 *
 * <pre>{@code
 * UpstreamPool pool = UpstreamPool.builder()
 *         .addMember("http://10.0.0.1:8080")
 *         .addMember("http://10.0.0.2:8080")
 *         .health(HealthCheck.http("/health").build())
 *         .build();
 * }</pre>
 *
 * <p>A member is out of use while probes find it down, and for a while after its requests have failed in a row. If no
 * other member is left for a request, members that are out are still used, the ejected ones first: to try costs little,
 * and a pool whose members are all down goes on as well as it can.
 *
 * <p>Another member gets the request if the upstream is to blame for the failure and nothing was sent, whatever the
 * method. If something may have been sent, the method must also be idempotent (RFC 9110 §9.2.2), and the body must have
 * been kept. The same member gets a request again only if no other is left, after a back-off.
 *
 * <p>The pool closes upstreams that it made from URLs, when they are no longer members and their last attempt has
 * ended. Other upstreams belong to the caller. Safe for use by many threads.
 */
public final class UpstreamPool implements UpstreamSource, Openable<UpstreamSource>, AutoCloseable {
    private final PoolAssembly parts;
    private final PoolMembers members;

    private UpstreamPool(PoolAssembly parts) {
        this.parts = parts;
        this.members = parts.members();
    }

    /** A builder of a pool without members. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Attempts attempts(ProxyRequest request) {
        return new PoolAttempts(
                parts.attempts(), request, parts.state().settings().time().nanos());
    }

    /** What every member can do, or without members what the pool's transport can do. */
    @Override
    public Set<Capability> capabilities() {
        Topology now = parts.state().view().topology();
        return now.size() == 0 ? members.upstreams().transport().upstreamCapabilities() : now.capabilities();
    }

    /**
     * From now on this transport is used for members that are given as URLs, and for their probes, unless the pool was
     * built with a transport. A server that names a transport calls this.
     *
     * @return this pool
     * @throws IllegalArgumentException if the transport cannot reach a member, or the pool already uses the transport
     *     of another server; the message names it, and nothing is changed
     */
    @Override
    public UpstreamPool openedBy(UpstreamOpener transport) {
        if (!members.upstreams().transport().named()) {
            members.openedBy(transport);
        }
        return this;
    }

    /**
     * Changes the members: all changes in one step, or none.
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
    public TopologyChange.Plan update(Consumer<TopologyChange> changes) {
        return members.update(changes, false);
    }

    /**
     * What {@link #update} would change now. Throws what it would throw, except failures that only show when an
     * upstream is made.
     */
    public TopologyChange.Plan plan(Consumer<TopologyChange> changes) {
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
     * Removes a member: it gets no new attempts, and its running ones go on to their end.
     *
     * @return whether there was one with this id
     */
    public boolean remove(String id) {
        return !parts.state().closed()
                && !update(change -> change.removeIfPresent(id)).isEmpty();
    }

    /**
     * Drains a member: from now on it gets no new requests, except those of sessions that are bound to it. It stays a
     * member until you remove it or {@link #resume resume} it.
     *
     * @return the report, when it has no request and no session left, or the policy's time is over; also if the member
     *     is removed or resumed before. Completed on its own thread, so that what depends on it may block; on a clock
     *     that a test moves, at once on the thread that ends the drain
     * @throws IllegalArgumentException if there is no member with this id
     * @throws IllegalStateException if the pool is closed
     */
    public CompletionStage<Drain.Report> drain(String id, Drain policy) {
        update(change -> change.drain(id));
        LiveMember member = members.live(id);
        return member == null
                ? CompletableFuture.completedStage(new Drain.Report(id, 0, 0, 0, 0, Duration.ZERO))
                : members.drained(member, policy);
    }

    /** Drains a member with {@link Drain#DEFAULT}; see {@link #drain(String, Drain)}. */
    public CompletionStage<Drain.Report> drain(String id) {
        return drain(id, Drain.DEFAULT);
    }

    /**
     * Gives a drained member requests again, with a slow start where the pool has one; throws as {@link #update} does.
     */
    public void resume(String id) {
        update(change -> change.resume(id));
    }

    /**
     * Replaces a member by a new one: adds the new one, waits until its probes pass, warms it up, then drains the old
     * one and removes it. In the meantime the old one does the work, so no request fails.
     *
     * <p>The new member gets the weight, priority and tags of the old one if it has none.
     *
     * @return the report, when the old member is removed. Fails with an IllegalStateException if the new one does not
     *     come up in time, is down when it has been warmed up, or goes down or is removed while the old one is drained:
     *     then it is removed again, and the old one gets requests as before. It also fails if somebody resumes the old
     *     one during its drain, which leaves both, or if the pool is closed before the old one is removed. Completed as
     *     that of {@link #drain} is
     * @throws IllegalArgumentException if there is no member {@code old}, or there is already one with the id of the
     *     new one
     * @throws IllegalStateException if the pool is closed
     */
    public CompletionStage<Replacement.Report> replace(String old, Member added, Replacement policy) {
        return MemberReplacement.begin(members, old, added, policy);
    }

    /** Replaces with {@link Replacement#DEFAULT}; see {@link #replace(String, Member, Replacement)}. */
    public CompletionStage<Replacement.Report> replace(String old, Member added) {
        return replace(old, added, Replacement.DEFAULT);
    }

    /** The pool as it is now. */
    public PoolSnapshot snapshot() {
        return parts.snapshot();
    }

    /**
     * The options in effect, by the names of the builder's methods, in words for a person; {@code off} for features that are
     * not used. Immutable.
     */
    public Map<String, String> configuration() {
        return parts.configuration();
    }

    /**
     * Ends the probing and removes all members. Running attempts go on to their end. New ones, and requests that wait
     * for a member, are refused with SHUT_DOWN. A running probe is broken off; this waits for its end, for 1 s at most.
     * Has no effect the second time.
     */
    @Override
    public void close() {
        members.close();
    }

    /** The pool by its name. */
    @Override
    public String toString() {
        return "pool " + parts.state().settings().name();
    }

    /** Sets up a pool. For one thread. */
    public static final class Builder {
        private final PoolOptions settings = new PoolOptions();
        private final List<Supplier<Member>> members = new ArrayList<>();
        private final List<PoolEvent.Listener> listeners = new ArrayList<>();
        private final List<ProxyFilter> filters = new ArrayList<>();
        /** Null for a new default one for each pool. */
        private @Nullable LoadBalancer strategy;

        private @Nullable Transport transport;
        private @Nullable OriginTls tls;

        private Builder() {}

        /** Names the pool in logs, records and snapshots; {@code pool} by default. */
        public Builder name(String name) {
            settings.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Adds a member as {@link UpstreamPool#add(String)} does; {@link #build()} throws if it is wrong. */
        public Builder addMember(String url) {
            members.add(() -> Member.at(url));
            return this;
        }

        /** Adds a member; {@link #build()} throws if its URL is wrong. */
        public Builder addMember(Member member) {
            members.add(() -> member);
            return this;
        }

        /**
         * Sets how members are picked; {@link Strategies#powerOfTwoChoices} by default, as it is nearly as even as
         * counting all members, also with several proxies in front of them. Each pool needs its own strategy.
         */
        public Builder strategy(LoadBalancer strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy");
            return this;
        }

        /**
         * Sets what opens the upstreams of members that are given as URLs; requests and probes go over it. By default
         * it is the transport of the server that has this pool in a route, else {@link
         * dev.sluice.proxy.transport.direct.DirectTransport#shared()}.
         */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /**
         * Sets how TLS is done with members that are given as URLs, for requests and probes; by default as their transport
         * does it. {@link OriginTls} says who shares connections.
         */
        public Builder tls(OriginTls settings) {
            this.tls = Objects.requireNonNull(settings, "tls");
            return this;
        }

        /**
         * Adds a filter around each attempt at a member, also of one that is given as a URL, as {@link
         * dev.sluice.proxy.Upstream#with} does for one upstream; none by default. The first one added is the outermost; the
         * {@linkplain ProxyFilter#stage stages} do not count here. The request's exchange is the scope of the attempt. A probe
         * that asks the member itself goes through it too, and a hedge does so on a thread of its own.
         */
        public Builder addFilter(ProxyFilter filter) {
            this.filters.add(Objects.requireNonNull(filter, "filter"));
            return this;
        }

        /** Sets how members are probed; they are not by default. */
        public Builder health(HealthCheck check) {
            settings.health = Objects.requireNonNull(check, "health");
            return this;
        }

        /** Sets when failed requests take a member out; {@link EjectionPolicy#DEFAULT} by default. */
        public Builder ejection(EjectionPolicy policy) {
            settings.ejection = Objects.requireNonNull(policy, "ejection");
            return this;
        }

        /** Sets which failures are followed by another attempt; {@link RetryPolicy#DEFAULT} by default. */
        public Builder retry(RetryPolicy policy) {
            settings.retry = Objects.requireNonNull(policy, "retry");
            return this;
        }

        /** Sets when a second attempt runs beside a slow one; none does by default. */
        public Builder hedge(HedgePolicy policy) {
            settings.hedge = Objects.requireNonNull(policy, "hedge");
            return this;
        }

        /** Lets requests wait while no member is available; they fail at once by default. */
        public Builder parking(Parking parking) {
            settings.parking = Objects.requireNonNull(parking, "parking");
            return this;
        }

        /** Keeps the requests of a session at one member; not done by default. */
        public Builder affinity(Affinity affinity) {
            settings.affinity = Objects.requireNonNull(affinity, "affinity");
            return this;
        }

        /** Stops requests to a member for a while when too many have failed; there is no breaker by default. */
        public Builder breaker(BreakerPolicy policy) {
            settings.breaker = Objects.requireNonNull(policy, "breaker");
            return this;
        }

        /** Warms up members that are new or have come back; they get their whole share at once by default. */
        public Builder slowStart(SlowStart slowStart) {
            settings.slowStart = Objects.requireNonNull(slowStart, "slowStart");
            return this;
        }

        /** Limits how many requests a member has at once; there is no limit by default. */
        public Builder limit(MemberLimit limit) {
            settings.limit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /**
         * Sets when the next priority, or the far zone, helps out: as soon as so few members are in use that they would
         * bear {@code factor} times their usual load; 1.4 by default, Envoy's {@code overprovisioning_factor}. With that a
         * tier keeps all requests until less than 71 % of its weight is in use; at half of it, 70 % stay.
         *
         * @throws IllegalArgumentException if it is below 1 or not a number; the message has it
         */
        public Builder overflow(double factor) {
            settings.overflow = new Overflow(factor);
            return this;
        }

        /** Prefers members of a zone; there is no preference by default. */
        public Builder zone(ZonePreference preference) {
            settings.zone = Objects.requireNonNull(preference, "zone");
            return this;
        }

        /** Sets what happens when too few members are well; {@link PanicPolicy#DEFAULT} by default. */
        public Builder panic(PanicPolicy policy) {
            settings.panic = Objects.requireNonNull(policy, "panic");
            return this;
        }

        /**
         * Uses a part of the members only, so that a thousand proxies before a thousand members do not hold a million
         * connections; all by default. The subsets are spread evenly, without any talk among the proxies ("Site
         * Reliability Engineering", O'Reilly 2016, chapter 20). Take a size at which a subset still carries the load when
         * some of it fail: 20 to 100.
         *
         * @param client this proxy's number: from 0, each taken once, without large gaps
         * @param size how many members it uses; all, when there are no more
         * @throws IllegalArgumentException if client is negative, or size less than 1
         */
        public Builder subset(int client, int size) {
            settings.subset = new Subset(client, size);
            return this;
        }

        /**
         * Sets tau of {@link dev.sluice.balancer.strategy.LoadMetric#PEAK_EWMA}, in which a peak fades to 1/e; 2 s by
         * default, at most 1 hour. With a longer time a slow member is asked less often, and a recovered one is used
         * later.
         */
        public Builder latencyDecay(Duration tau) {
            settings.latencyDecay = Objects.requireNonNull(tau, "latencyDecay");
            return this;
        }

        /** Sets the clock, which must be that of the exchanges; the system's by default. */
        public Builder time(TimeSource time) {
            settings.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets where random numbers come from, for picks and for jitter: safe for use by many threads. */
        public Builder random(RandomGenerator random) {
            settings.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** Adds a listener for each change, also for that of the first members. */
        public Builder addListener(PoolEvent.Listener listener) {
            this.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * The pool, running: probes begin at once.
         *
         * <p>A pool without members is logged as a warning: until it has some, for instance from a discovery, its
         * requests fail with 503.
         *
         * @throws IllegalArgumentException if an option is out of range, a member cannot be made or probed, such as one
         *     whose URL is not of https in a pool with {@link #tls}, two have the same id, or the strategy is that of
         *     another open pool; the message names the option and the value
         */
        public UpstreamPool build() {
            LoadBalancer own = strategy == null ? Strategies.powerOfTwoChoices() : strategy;
            OwnTransport opener = new OwnTransport("pool \"" + settings.name + "\"", transport);
            MemberUpstreams upstreams = new MemberUpstreams(opener, tls, List.copyOf(filters));
            return new UpstreamPool(PoolAssembly.begin(settings.checked(), own, upstreams, listeners, members));
        }
    }
}
