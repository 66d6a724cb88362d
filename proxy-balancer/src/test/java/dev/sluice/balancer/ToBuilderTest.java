package dev.sluice.balancer;

import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.proxy.ToBuilderContract;
import dev.sluice.proxy.transport.direct.Connector;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class ToBuilderTest extends ToBuilderContract {
    ToBuilderTest() {
        super(
                UpstreamPool.class,
                Map.of(
                        RetryBudget.class, List.of(RetryBudget.of(0.5, 7)),
                        Connector.class, List.of(Connector.builder().build())),
                // It goes with a port.
                Set.of("HealthCheck.scheme"));
    }
}
