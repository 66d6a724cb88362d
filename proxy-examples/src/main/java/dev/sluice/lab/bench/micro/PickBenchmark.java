package dev.sluice.lab.bench.micro;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.strategy.HashPolicy;
import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestExchange;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Picks an upstream out of 10 and out of 1,000 healthy members, with each strategy. It measures the pick alone, and the
 * pool's whole first decision about a request: from the question to the lease, and the lease's end. Nothing is sent. An
 * exchange records its picks, so each decision needs a new exchange. The cost of making one is measured too, so that it
 * can be subtracted. The paths differ, and are the key of the hashing strategies. One thread picks; {@code -t 2} shows
 * the cost of contention.
 *
 * <pre>mvn -q compile -Pjmh -Dexec.args="PickBenchmark -prof gc"</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBenchmark {
    /** Only makes the request and its exchange. */
    @Benchmark
    public ProxyRequest request(Paths paths) {
        return TestExchange.request("GET", paths.next());
    }

    /** Only picks: asks the strategy a hundred times for one request, over the pool's own members. */
    @Benchmark
    @OperationsPerInvocation(RepeatedPick.TIMES)
    public Step pick(Members members, Paths paths) {
        return decide(members.repeated, paths);
    }

    /** Makes a request, picks once, and ends the lease. */
    @Benchmark
    public Step decision(Members members, Paths paths) {
        return decide(members.pool, paths);
    }

    private static Step decide(UpstreamPool pool, Paths paths) {
        long nanos = System.nanoTime();
        Step step = pool.attempts(TestExchange.request("GET", paths.next())).start(nanos);
        if (!(step instanceof Step.Send send)) {
            throw new IllegalStateException("nothing was picked: " + step);
        }
        send.lease().end(Outcome.COMPLETED, nanos);
        return step;
    }

    /** A thousand paths, one after the other. */
    @State(Scope.Thread)
    public static class Paths {
        private final String[] paths = new String[1_024];
        private int at;

        /** Makes the paths. */
        @Setup
        public void name() {
            for (int i = 0; i < paths.length; i++) {
                paths[i] = "/articles/" + i;
            }
        }

        private String next() {
            return paths[at++ & (paths.length - 1)];
        }
    }

    /** The pools. */
    @State(Scope.Benchmark)
    public static class Members {
        /** The number of members. */
        @Param({"10", "1000"})
        public int count = 10;

        /** The strategy. */
        @Param({
            "RoundRobin",
            "SmoothWeightedRoundRobin",
            "RandomChoice",
            "WeightedRandom",
            "LeastRequests",
            "LeastLoadByPeakEwma",
            "PowerOfTwoChoices",
            "PowerOfTwoChoicesByPeakEwma",
            "BestOfThree",
            "ClientAddressHash",
            "RingHash",
            "RingHashBounded",
            "Maglev",
            "MaglevBounded",
            "Rendezvous"
        })
        public String strategy = "PowerOfTwoChoices";

        private UpstreamPool pool = UpstreamPool.builder().build();
        private UpstreamPool repeated = pool;

        /** Makes the pools. */
        @Setup
        public void open() {
            pool = poolOf(strategy(strategy));
            repeated = poolOf(new RepeatedPick(strategy(strategy)));
        }

        private UpstreamPool poolOf(LoadBalancer strategy) {
            UpstreamPool.Builder builder = UpstreamPool.builder().strategy(strategy);
            for (int i = 0; i < count; i++) {
                builder.addMember(Member.of(FakeUpstream.named("upstream-" + i)));
            }
            return builder.build();
        }

        private static LoadBalancer strategy(String name) {
            RequestKey path = RequestKey.path();
            HashPolicy bounded = HashPolicy.by(path).withBoundedLoad(1.25);
            return switch (name) {
                case "RoundRobin" -> Strategies.roundRobin();
                case "SmoothWeightedRoundRobin" -> Strategies.smoothWeightedRoundRobin();
                case "RandomChoice" -> Strategies.randomChoice();
                case "WeightedRandom" -> Strategies.weightedRandom();
                case "LeastRequests" -> Strategies.leastRequests();
                case "LeastLoadByPeakEwma" -> Strategies.leastLoad(LoadMetric.PEAK_EWMA);
                case "PowerOfTwoChoices" -> Strategies.powerOfTwoChoices();
                case "PowerOfTwoChoicesByPeakEwma" -> Strategies.powerOfTwoChoices(LoadMetric.PEAK_EWMA);
                case "BestOfThree" -> Strategies.bestOf(3, LoadMetric.IN_FLIGHT);
                case "ClientAddressHash" -> Strategies.clientAddressHash();
                case "RingHash" -> Strategies.ringHash(path);
                case "RingHashBounded" -> Strategies.ringHash(bounded, Strategies.RING_POINTS);
                case "Maglev" -> Strategies.maglev(path);
                case "MaglevBounded" -> Strategies.maglev(bounded, Strategies.MAGLEV_SLOTS);
                case "Rendezvous" -> Strategies.rendezvous(path);
                default -> throw new IllegalArgumentException("no strategy has this name: " + name);
            };
        }
    }
}
