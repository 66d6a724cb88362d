package dev.sluice.proxy;

import dev.sluice.proxy.limit.Timeouts.MinRate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class ToBuilderTest extends ToBuilderContract {
    ToBuilderTest() {
        super(
                Exchange.class,
                Map.of(
                        MinRate.class, List.of(new MinRate(7, Duration.ofSeconds(7))),
                        Headers.class, List.of(Headers.of("A", "1")),
                        Body.class, List.of(Body.of("x")),
                        Tunnel.class, List.of(new ClosedTunnel("chat", () -> {}))),
                // There is nothing yet for them to change.
                Set.of("Headers.remove", "Headers.removeIf", "Headers.replace", "ProxyResponse.removeHeader"));
    }
}
