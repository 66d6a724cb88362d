package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.split.TrafficSplit;
import dev.sluice.proxy.server.ProxyServer;

/**
 * A new version gets a few users first, and more of them while it works well. Testers always get it.
 *
 * <p>A user, known by the field {@code X-User}, stays with one version. Requests without the field are divided at
 * random. The pools belong to the caller, who closes them.
 */
public final class CanaryRelease {
    private final TrafficSplit split;

    /** A release in which one user of a hundred gets the new version. */
    public CanaryRelease(UpstreamPool stable, UpstreamPool canary) {
        split = TrafficSplit.builder("release")
                .addSource("stable", stable, 99)
                .addSource("canary", canary, 1)
                .whenHeader("X-Tester", "yes", "canary")
                .stickyBy(request -> request.headers().first("X-User").orElse(null))
                .fallback("stable")
                .build();
    }

    /** Starts a proxy at {@code port}, 0 for any. */
    public ProxyServer start(int port) {
        return ProxyServer.builder().port(port).addRoute("/**", split).build().start();
    }

    /** Sets how many per cent of the users get the new version. When the number grows, users who have it keep it. */
    public void percent(int users) {
        split.move("canary", users);
    }
}
