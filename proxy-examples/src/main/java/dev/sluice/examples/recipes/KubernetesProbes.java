package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.server.Liveness;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.server.Readiness;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Probes at a port of their own, as Kubernetes asks for them: {@code /live} for as long as the process serves, {@code
 * /ready} once it is warm and the pool has a member. They go on while the server drains.
 */
public final class KubernetesProbes {
    private KubernetesProbes() {}

    /** A proxy and its probes. Closing the server closes the probes last. */
    public record Gateway(ProxyServer server, ProxyServer probes) {}

    /**
     * Starts a proxy in front of a pool, and its probes.
     *
     * @param warm is 0 when the program has warmed up
     * @param host where both listen: {@code 0.0.0.0} in a pod
     */
    public static Gateway start(String host, int port, int probePort, UpstreamPool pool, CountDownLatch warm) {
        Readiness readiness = Readiness.builder()
                .addStartCondition("warm-up", () -> warm.getCount() == 0)
                .addStartCondition("pool", () -> pool.snapshot().up() > 0)
                .build();
        ProxyServer probes = ProxyServer.builder()
                .host(host)
                .port(probePort)
                .addRoute("/live", Liveness.DEFAULT)
                .addRoute("/ready", readiness)
                .build();
        ProxyServer server = ProxyServer.builder()
                .host(host)
                .port(port)
                .addRoute("/**", pool)
                .readiness(readiness)
                .lameDuck(Duration.ofSeconds(15))
                .addCloseable(probes)
                .addCloseable(pool)
                .closeOnExit(true)
                .build();
        probes.start();
        return new Gateway(server.start(), probes);
    }

    /** Listens at port 8080 in front of a server at port 9000, with probes at port 9090. */
    public static void main(String[] args) {
        UpstreamPool pool =
                UpstreamPool.builder().addMember("http://127.0.0.1:9000").build();
        CountDownLatch warm = new CountDownLatch(1);
        start("0.0.0.0", 8080, 9090, pool, warm);
        // Here the program fills its caches.
        warm.countDown();
    }
}
