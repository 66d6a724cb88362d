package dev.sluice.balancer;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.junit.ProxyContract;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** A pool keeps the contract of a proxy whatever it sends on its own. */
class PoolContractTest {
    private static ProxyServer.Builder proxy(UpstreamPool pool) {
        return ProxyServer.builder().addCloseable(pool).addRoute("/**", ReverseProxy.to(pool));
    }

    private static UpstreamPool.Builder pool(URI upstream) {
        return UpstreamPool.builder().addMember(Member.at(upstream));
    }

    @Nested
    class Retries extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return PoolContractTest.proxy(pool(upstream)
                    .retry(RetryPolicy.builder()
                            .maxAttempts(3)
                            .minBackoff(Duration.ofMillis(1))
                            .build())
                    .build());
        }
    }

    @Nested
    class HealthChecks extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return PoolContractTest.proxy(pool(upstream)
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofMillis(100))
                            .build())
                    .build());
        }
    }

    /** After so short a time that nearly each request is sent twice. */
    @Nested
    class Hedges extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return PoolContractTest.proxy(pool(upstream)
                    .addMember(Member.at("http://localhost:" + upstream.getPort()))
                    .hedge(HedgePolicy.after(Duration.ofMillis(1)))
                    .build());
        }
    }
}
