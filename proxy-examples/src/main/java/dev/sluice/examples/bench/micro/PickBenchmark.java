package dev.sluice.examples.bench.micro;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.strategy.LeastRequests;
import dev.sluice.balancer.strategy.PowerOfTwoChoices;
import dev.sluice.balancer.strategy.RandomChoice;
import dev.sluice.balancer.strategy.RoundRobin;
import dev.sluice.balancer.strategy.SmoothWeightedRoundRobin;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestExchange;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Picks an upstream out of 10 and out of 1,000 members that are all well, with each strategy: the pool's first decision about a
 * request, from the question to the lease, and the lease's end. Nothing is sent. An exchange records its picks, so each needs a new
 * one: what making it costs is shown by itself, to be subtracted. One thread picks; {@code -t 2} shows what threads share.
 *
 * <pre>mvn -q compile -Pjmh -Dexec.args="PickBenchmark -prof gc"</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBenchmark {
    /** The request and its exchange alone. */
    @Benchmark
    public ProxyRequest request() {
        return TestExchange.request("GET", "/");
    }

    /** A request, one pick, and the end of its lease. */
    @Benchmark
    public Step pick(Members members) {
        long nanos = System.nanoTime();
        Step step = members.pool.attempts(TestExchange.request("GET", "/")).start(nanos);
        if (!(step instanceof Step.Send send)) {
            throw new IllegalStateException("nothing was picked: " + step);
        }
        send.lease().end(Outcome.COMPLETED, nanos);
        return step;
    }

    /** A pool. */
    @State(Scope.Benchmark)
    public static class Members {
        /** How many. */
        @Param({"10", "1000"})
        public int count = 10;

        /** How one is picked. */
        @Param({"RoundRobin", "SmoothWeightedRoundRobin", "RandomChoice", "LeastRequests", "PowerOfTwoChoices"})
        public String strategy = "PowerOfTwoChoices";

        private UpstreamPool pool = UpstreamPool.builder().build();

        /** Makes the pool. */
        @Setup
        public void open() {
            UpstreamPool.Builder builder = UpstreamPool.builder().strategy(strategy(strategy));
            for (int i = 0; i < count; i++) {
                builder.member(Member.of(FakeUpstream.named("upstream-" + i)));
            }
            pool = builder.build();
        }

        private static LoadBalancer strategy(String name) {
            return switch (name) {
                case "RoundRobin" -> new RoundRobin();
                case "SmoothWeightedRoundRobin" -> new SmoothWeightedRoundRobin();
                case "RandomChoice" -> new RandomChoice();
                case "LeastRequests" -> new LeastRequests();
                case "PowerOfTwoChoices" -> new PowerOfTwoChoices();
                default -> throw new IllegalArgumentException("no strategy has this name: " + name);
            };
        }
    }
}
