package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.limit.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A pool under load, in virtual time: what its clients would see while its servers fail, stall, slow down and are
 * replaced. The pool is the real one with its real configuration, so a test can check that a configuration does what
 * you expect. An hour of traffic takes seconds.
 *
 * <pre>{@code
 * SimulationResult result = Simulation.builder()
 *         .pool(pool -> pool.retry(RetryPolicy.builder().maxAttempts(2).build()))
 *         .addMember(SimulatedMember.named("a").withFault(Duration.ofSeconds(5), Duration.ofSeconds(20), Fault.dead()))
 *         .addMember(SimulatedMember.named("b"))
 *         .addMember(SimulatedMember.named("c"))
 *         .load(Load.poisson(500))
 *         .duration(Duration.ofSeconds(30))
 *         .build()
 *         .run();
 * assertThat(result.errors()).isZero();
 * }</pre>
 *
 * <p>It does not simulate the network, connections and their limits, bodies, and the proxy's own cost: a response is
 * whole when its head is there, and the proxy takes no time. Clients ignore what a response says, such as a cookie of
 * an affinity. A fallback that answers in the members' place is really called, and takes no time either.
 *
 * <p>Immutable; see the package's threading rule.
 */
public final class Simulation {
    private final Setup setup;

    private Simulation(Setup setup) {
        this.setup = setup;
    }

    /** A builder of a simulation without servers: 60 s of 100 requests a second, all GET, with seed 1. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs the simulation, on this thread. Each run makes its own pool, and has the same result if the objects given to
     * the builder behave the same: make a strategy that keeps a count within {@link Builder#pool}.
     *
     * @throws IllegalArgumentException if the pool's own builder refuses its configuration
     * @throws RuntimeException what a strategy, a load or a change of the pool throws
     */
    public SimulationResult run() {
        return new SimulationRun(setup).result();
    }

    /** Sets up a simulation. For one thread. */
    public static final class Builder {
        private final List<SimulatedMember> servers = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private final Set<String> spares = new HashSet<>();
        private final List<Setup.Field> fields = new ArrayList<>();
        private final List<Setup.Change> changes = new ArrayList<>();
        private Consumer<UpstreamPool.Builder> pool = builder -> {};
        private Load load = Load.poisson(100);
        private Duration duration = Duration.ofSeconds(60);
        private Duration warmUp = Duration.ZERO;
        private Duration interval = Duration.ofSeconds(1);
        private long seed = 1;
        private double postShare;
        private int clients = 1;
        private Timeouts timeouts = Timeouts.DEFAULT;

        private Builder() {}

        /**
         * Configures the pool, as its own builder does; its defaults by default. Members, clock and random numbers are
         * set by the simulation.
         */
        public Builder pool(Consumer<UpstreamPool.Builder> configuration) {
            this.pool = Objects.requireNonNull(configuration, "pool");
            return this;
        }

        /**
         * Adds a server that is a member from the start.
         *
         * @throws IllegalArgumentException if there is one with this id
         */
        public Builder addMember(SimulatedMember server) {
            if (!ids.add(server.id())) {
                throw new IllegalArgumentException("there is already a simulated server \"" + server.id() + "\"");
            }
            servers.add(server);
            return this;
        }

        /** Adds a server in reserve, which a later {@link #addChange} adds to the pool; throws as {@link #addMember} does. */
        public Builder addSpare(SimulatedMember server) {
            addMember(server);
            spares.add(server.id());
            return this;
        }

        /** Sets when requests come; {@link Load#poisson} with 100 a second by default. */
        public Builder load(Load load) {
            this.load = Objects.requireNonNull(load, "load");
            return this;
        }

        /** Sets for how long requests come; 60 s by default. It waits for the last ones, for an hour at most. */
        public Builder duration(Duration time) {
            this.duration = time;
            return this;
        }

        /** Sets how long to wait before requests count for the totals; zero by default. */
        public Builder warmUp(Duration time) {
            this.warmUp = time;
            return this;
        }

        /** Sets the step of the timeline; 1 s by default. */
        public Builder interval(Duration time) {
            this.interval = time;
            return this;
        }

        /** Sets the seed of all random numbers; 1 by default. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Sets which share of the requests is POST, which is not idempotent, instead of GET: 0 to 1, by default 0. */
        public Builder postShare(double share) {
            this.postShare = share;
            return this;
        }

        /** Gives each request a field, such as one that a strategy hashes. May be called for several fields. */
        public Builder addHeader(String name, Keys values) {
            fields.add(new Setup.Field(name, values));
            return this;
        }

        /** Sets how many different addresses the requests come from; 1 by default, at most 1,048,576. */
        public Builder clients(int addresses) {
            this.clients = addresses;
            return this;
        }

        /**
         * Sets the proxy's timeouts; {@link Timeouts#DEFAULT} by default. Of these {@code head} and {@code total}
         * count.
         */
        public Builder timeouts(Timeouts timeouts) {
            this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
            return this;
        }

        /**
         * Adds a change of the pool at a time of the simulation, such as a deploy.
         *
         * @param change does it, without waiting for anything; it gets the pool, and a function that gives the pool's member
         *     of a simulated server, one in reserve for instance, by its id, and throws IllegalArgumentException when there
         *     is none
         * @throws IllegalArgumentException if the time is negative
         */
        public Builder addChange(Duration time, BiConsumer<UpstreamPool, Function<String, Member>> change) {
            changes.add(new Setup.Change(Nanos.of(Require.notNegative("time of a change", time)), change));
            return this;
        }

        /**
         * The simulation.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and the value
         */
        public Simulation build() {
            return new Simulation(setup());
        }

        Setup setup() {
            return new Setup(
                    pool,
                    servers,
                    spares,
                    load,
                    Nanos.of(Require.positive("duration", duration)),
                    Nanos.of(Require.notNegative("warmUp", warmUp)),
                    Nanos.of(Require.positive("interval", interval)),
                    seed,
                    postShare,
                    fields,
                    clients,
                    timeouts,
                    changes);
        }
    }
}
