package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.discovery.Discovery;
import dev.sluice.balancer.discovery.DiscoveryFeed;
import dev.sluice.balancer.discovery.DnsDiscovery;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;

/**
 * A load balancer whose servers are the addresses of one name in the DNS, such as that of a headless service in
 * Kubernetes. The name is looked up again when its TTL is over. A new address gets requests at once. An address that
 * has been missing for 10 s gets none.
 *
 * <p>The name must be a full one, as no search list is used. If your name servers have SRV records, use {@code
 * DnsDiscovery.service}: it finds ports, weights and priorities too.
 */
public final class MembersFromDns {
    private MembersFromDns() {}

    /**
     * Starts a proxy at {@code port}, 0 for any, in front of all addresses of {@code name}; the servers listen at {@code
     * serverPort}.
     */
    public static ProxyServer start(int port, String name, int serverPort) {
        return start(port, DnsDiscovery.addresses(name, serverPort).build());
    }

    static ProxyServer start(int port, Discovery discovery) {
        // Requests that arrive before the first DNS answer wait for it.
        UpstreamPool pool = UpstreamPool.builder()
                .parking(Parking.upTo(Duration.ofSeconds(5)))
                .build();
        DiscoveryFeed feed = DiscoveryFeed.builder(discovery).start(pool);
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addCloseable(feed)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Listens at port 8080 until the process ends; the name is the argument, and the servers listen at port 9000. */
    public static void main(String[] args) {
        start(8080, args[0], 9000);
    }
}
