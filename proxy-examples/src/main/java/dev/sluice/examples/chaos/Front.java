package dev.sluice.examples.chaos;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolListener;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.SmoothWeightedRoundRobin;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The proxy: a pool over the direct transport, set up as for a world in which servers come and go all the time. */
final class Front implements AutoCloseable {
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(250);
    private static final Duration PROBE_TIMEOUT = Duration.ofMillis(500);
    private static final int ATTEMPTS = 5;
    private static final Duration TRY_TIMEOUT = Duration.ofSeconds(1);
    private static final double BUDGET = 0.5;
    private static final int BUDGET_FLOOR = 50;
    private static final Duration HEDGE = Duration.ofMillis(300);
    private static final Duration PARKING = Duration.ofSeconds(5);
    private static final int EJECTED_AFTER = 3;
    private static final Duration EJECTED_FIRST = Duration.ofSeconds(1);
    private static final Duration EJECTED_MOST = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration TOTAL = Duration.ofSeconds(20);

    private final DirectTransport transport = DirectTransport.builder().build();
    private final UpstreamPool pool;
    private final ProxyServer server;

    Front(List<Member> members, ChaosOptions options, PoolListener events, ExchangeListener exchanges) {
        UpstreamPool.Builder setup = UpstreamPool.builder()
                .name("chaos")
                .transport(transport)
                .strategy(new SmoothWeightedRoundRobin())
                .health(HealthCheck.http("/health")
                        .interval(PROBE_INTERVAL)
                        .timeout(PROBE_TIMEOUT)
                        .fall(2)
                        .build())
                .ejection(EjectionPolicy.builder()
                        .failures(EJECTED_AFTER)
                        .base(EJECTED_FIRST)
                        .max(EJECTED_MOST)
                        .build())
                .retry(RetryPolicy.builder()
                        .attempts(ATTEMPTS)
                        .tryTimeout(TRY_TIMEOUT)
                        .budget(RetryBudget.of(BUDGET, BUDGET_FLOOR))
                        .build())
                .parking(Parking.upTo(PARKING))
                .slowStart(SlowStart.over(Duration.ofMillis(options.slowStartMillis)))
                .listener(events);
        if (!options.noHedge) {
            setup.hedge(HedgePolicy.after(HEDGE));
        }
        members.forEach(setup::member);
        pool = setup.build();
        server = ProxyServer.builder()
                .transport(transport)
                .timeouts(Timeouts.DEFAULT.withIdle(IDLE).withTotal(TOTAL))
                .listener(exchanges)
                .route("/**", pool)
                .closes(pool)
                .closes(transport)
                .build()
                .start();
    }

    /** How it is set up, in words. */
    static String described(ChaosOptions options) {
        return "pool over the direct transport: smooth weighted round robin; probes of /health each "
                + PROBE_INTERVAL.toMillis() + " ms, " + PROBE_TIMEOUT.toMillis() + " ms timeout, down after 2; "
                + ATTEMPTS + " attempts, " + TRY_TIMEOUT.toMillis() + " ms each, a budget of "
                + Math.round(100 * BUDGET)
                + " % and " + BUDGET_FLOOR + " a second; "
                + (options.noHedge ? "no hedge" : "a hedge after " + HEDGE.toMillis() + " ms") + "; parking up to "
                + PARKING.toSeconds() + " s; ejected after " + EJECTED_AFTER + " failures in a row for "
                + EJECTED_FIRST.toSeconds() + " to " + EJECTED_MOST.toSeconds() + " s; slow start "
                + options.slowStartMillis + " ms; bodies idle for " + IDLE.toSeconds() + " s at most, exchanges "
                + TOTAL.toSeconds() + " s";
    }

    UpstreamPool pool() {
        return pool;
    }

    InetSocketAddress address() {
        return server.address();
    }

    /** Exchanges that have not ended. */
    long inFlight() {
        return server.pipeline().inFlight();
    }

    @Override
    public void close() {
        server.close();
    }
}
