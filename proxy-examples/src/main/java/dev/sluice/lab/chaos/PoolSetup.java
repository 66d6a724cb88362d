package dev.sluice.lab.chaos;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.limit.Timeouts;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The settings of the pool. */
enum PoolSetup {
    /** Settings for servers that come and go all the time. */
    CHAOS(
            "1, 2, 1",
            "smooth weighted round robin; probes of /health each 250 ms, 500 ms timeout, down after 2; 5 attempts, 1 s"
                    + " each, a budget of 50 % and 50 a second; parking up to 5 s; ejected after 3 failures in a row"
                    + " for 1 to 2 s; bodies idle for 5 s at most, exchanges 20 s") {
        @Override
        void set(UpstreamPool.Builder pool, ChaosOptions options) {
            pool.strategy(Strategies.smoothWeightedRoundRobin())
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofMillis(250))
                            .timeout(Duration.ofMillis(500))
                            .fall(2)
                            .build())
                    .ejection(EjectionPolicy.builder()
                            .failures(3)
                            .ejectFor(Duration.ofSeconds(1))
                            .maxEjectFor(Duration.ofSeconds(2))
                            .build())
                    .retry(RetryPolicy.builder()
                            .maxAttempts(5)
                            .tryTimeout(Duration.ofSeconds(1))
                            .budget(RetryBudget.of(0.5, 50))
                            .build())
                    .parking(Parking.upTo(Duration.ofSeconds(5)))
                    .slowStart(SlowStart.over(Duration.ofMillis(options.slowStartMillis)));
            if (!options.noHedge) {
                pool.hedge(HedgePolicy.after(Duration.ofMillis(300)));
            }
        }

        @Override
        Timeouts timeouts() {
            return Timeouts.builder()
                    .idle(Duration.ofSeconds(5))
                    .total(Duration.ofSeconds(20))
                    .build();
        }

        @Override
        String described(ChaosOptions options) {
            return super.described(options) + "; slow start " + options.slowStartMillis + " ms; "
                    + (options.noHedge ? "no hedge" : "a hedge after 300 ms");
        }
    },

    /** The pool of the README's "Fifteen lines", unchanged. */
    FIFTEEN_LINES("1, 1, 1", "the README's fifteen lines: probes of /health, and the defaults") {
        @Override
        void set(UpstreamPool.Builder pool, ChaosOptions options) {
            pool.health(HealthCheck.http("/health").build());
        }

        @Override
        double shareTolerance() {
            return 0.25;
        }
    },

    /** The pool of the README's example of a load balancer, unchanged. */
    BALANCER(
            "3, 1, 1",
            "the README's load balancer: smooth weighted round robin; probes of /health each 2 s; 4 attempts, 1 s"
                    + " each; parking up to 5 s; slow start 30 s") {
        @Override
        void set(UpstreamPool.Builder pool, ChaosOptions options) {
            pool.strategy(Strategies.smoothWeightedRoundRobin())
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofSeconds(2))
                            .build())
                    .retry(RetryPolicy.builder()
                            .maxAttempts(4)
                            .tryTimeout(Duration.ofSeconds(1))
                            .build())
                    .parking(Parking.upTo(Duration.ofSeconds(5)))
                    .slowStart(SlowStart.over(Duration.ofSeconds(30)));
        }
    };

    private final String weights;
    private final String description;

    PoolSetup(String weights, String description) {
        this.weights = weights;
        this.description = description;
    }

    /** The weights of the three members. If the strategy uses weights, one is larger, so that the shares show it. */
    List<Integer> weights() {
        return Arrays.stream(weights.split(", ")).map(Integer::valueOf).toList();
    }

    /** Sets everything except the members. */
    abstract void set(UpstreamPool.Builder pool, ChaosOptions options);

    /**
     * The largest relative difference of a member's share. A strategy that uses load follows the weights only roughly.
     */
    double shareTolerance() {
        return 0.1;
    }

    /** The timeouts of the server. */
    Timeouts timeouts() {
        return Timeouts.DEFAULT;
    }

    /** The settings in words. */
    String described(ChaosOptions options) {
        return description;
    }
}
