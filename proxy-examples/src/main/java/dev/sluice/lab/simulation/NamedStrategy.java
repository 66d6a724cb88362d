package dev.sluice.lab.simulation;

import dev.sluice.balancer.strategy.ClientAddressHash;
import dev.sluice.balancer.strategy.HashPolicy;
import dev.sluice.balancer.strategy.LeastLoad;
import dev.sluice.balancer.strategy.LeastRequests;
import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Maglev;
import dev.sluice.balancer.strategy.PowerOfTwoChoices;
import dev.sluice.balancer.strategy.RandomChoice;
import dev.sluice.balancer.strategy.Rendezvous;
import dev.sluice.balancer.strategy.RequestKey;
import dev.sluice.balancer.strategy.RingHash;
import dev.sluice.balancer.strategy.RoundRobin;
import dev.sluice.balancer.strategy.SmoothWeightedRoundRobin;
import dev.sluice.balancer.strategy.WeightedRandom;
import dev.sluice.proxy.LoadBalancer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A row of the tables.
 *
 * @param maker makes a new one for each run, as an instance belongs to one pool
 */
record NamedStrategy(String name, Supplier<LoadBalancer> maker) {
    /** The field whose value is the key of a request. */
    static final String KEY = "X-Key";

    private static final HashPolicy BY_KEY = HashPolicy.by(RequestKey.header(KEY));
    private static final HashPolicy BOUNDED = BY_KEY.withBoundedLoad(1.25);

    private static final List<String> BOUNDED_TOO = List.of("ring, bounded", "rendezvous, bounded");

    /** Those that hash a key of the request, with and without bounded load. */
    static final List<NamedStrategy> HASHES = List.of(
            new NamedStrategy("Maglev", () -> new Maglev(BY_KEY, Maglev.TABLE_SIZE)),
            new NamedStrategy("Maglev, bounded", () -> new Maglev(BOUNDED, Maglev.TABLE_SIZE)),
            new NamedStrategy("ring", () -> new RingHash(BY_KEY, RingHash.POINTS)),
            new NamedStrategy("ring, bounded", () -> new RingHash(BOUNDED, RingHash.POINTS)),
            new NamedStrategy("rendezvous", () -> new Rendezvous(BY_KEY)),
            new NamedStrategy("rendezvous, bounded", () -> new Rendezvous(BOUNDED)));

    /** The others. */
    private static final List<NamedStrategy> FREE = List.of(
            new NamedStrategy("round robin", RoundRobin::new),
            new NamedStrategy("smooth weighted round robin", SmoothWeightedRoundRobin::new),
            new NamedStrategy("random", RandomChoice::new),
            new NamedStrategy("weighted random", WeightedRandom::new),
            new NamedStrategy("least requests", LeastRequests::new),
            new NamedStrategy("power of two choices", PowerOfTwoChoices::new),
            new NamedStrategy("best of three", () -> PowerOfTwoChoices.bestOf(3, LoadMetric.IN_FLIGHT)),
            new NamedStrategy("two choices by peak EWMA", () -> new PowerOfTwoChoices(LoadMetric.PEAK_EWMA)),
            new NamedStrategy("least peak EWMA", () -> new LeastLoad(LoadMetric.PEAK_EWMA)),
            new NamedStrategy("client address hash", ClientAddressHash::new));

    /** One of each; with bounded load, all that hash do much the same. */
    static final List<NamedStrategy> ALL = Stream.concat(
                    FREE.stream(), HASHES.stream().filter(hash -> !BOUNDED_TOO.contains(hash.name())))
            .toList();
}
