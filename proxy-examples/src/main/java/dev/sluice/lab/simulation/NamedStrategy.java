package dev.sluice.lab.simulation;

import dev.sluice.balancer.strategy.HashPolicy;
import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A strategy and its name in the tables.
 *
 * @param maker makes a new instance for each run, because an instance belongs to one pool
 */
record NamedStrategy(String name, Supplier<LoadBalancer> maker) {
    /** The field whose value is the key of a request. */
    static final String KEY = "X-Key";

    private static final HashPolicy BY_KEY = HashPolicy.by(RequestKey.header(KEY));
    private static final HashPolicy BOUNDED = BY_KEY.withBoundedLoad(1.25);

    private static final List<String> BOUNDED_TOO = List.of("ring, bounded", "rendezvous, bounded");

    /** The strategies that hash a key of the request, with and without bounded load. */
    static final List<NamedStrategy> HASHES = List.of(
            new NamedStrategy("Maglev", () -> Strategies.maglev(BY_KEY, Strategies.MAGLEV_SLOTS)),
            new NamedStrategy("Maglev, bounded", () -> Strategies.maglev(BOUNDED, Strategies.MAGLEV_SLOTS)),
            new NamedStrategy("ring", () -> Strategies.ringHash(BY_KEY, Strategies.RING_POINTS)),
            new NamedStrategy("ring, bounded", () -> Strategies.ringHash(BOUNDED, Strategies.RING_POINTS)),
            new NamedStrategy("rendezvous", () -> Strategies.rendezvous(BY_KEY)),
            new NamedStrategy("rendezvous, bounded", () -> Strategies.rendezvous(BOUNDED)));

    /** The strategies that do not hash a key. */
    private static final List<NamedStrategy> FREE = List.of(
            new NamedStrategy("round robin", Strategies::roundRobin),
            new NamedStrategy("smooth weighted round robin", Strategies::smoothWeightedRoundRobin),
            new NamedStrategy("random", Strategies::randomChoice),
            new NamedStrategy("weighted random", Strategies::weightedRandom),
            new NamedStrategy("least requests", Strategies::leastRequests),
            new NamedStrategy("power of two choices", Strategies::powerOfTwoChoices),
            new NamedStrategy("best of three", () -> Strategies.bestOf(3, LoadMetric.IN_FLIGHT)),
            new NamedStrategy("two choices by peak EWMA", () -> Strategies.powerOfTwoChoices(LoadMetric.PEAK_EWMA)),
            new NamedStrategy("least peak EWMA", () -> Strategies.leastLoad(LoadMetric.PEAK_EWMA)),
            new NamedStrategy("client address hash", Strategies::clientAddressHash));

    /**
     * The strategies of most tables. With bounded load the three hashing strategies give similar figures, so only
     * Maglev is shown.
     */
    static final List<NamedStrategy> ALL = Stream.concat(
                    FREE.stream(), HASHES.stream().filter(hash -> !BOUNDED_TOO.contains(hash.name())))
            .toList();
}
