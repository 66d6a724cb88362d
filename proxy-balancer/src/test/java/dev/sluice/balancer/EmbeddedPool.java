package dev.sluice.balancer;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.discovery.DiscoveryFeed;
import dev.sluice.balancer.discovery.DnsDiscovery;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** An application that has the library in its own class loader: it balances, and closes everything. */
public final class EmbeddedPool implements Consumer<String> {
    @Override
    public void accept(String kind) {
        UpstreamPool.Builder pool = UpstreamPool.builder();
        Upstream plain = Upstream.of("a", request -> ProxyResponse.of(200, "here"));
        try {
            switch (kind) {
                case "probed" ->
                    serve(pool.addMember(Member.of(plain))
                            .health(HealthCheck.http("/").build())
                            .build());
                case "filtered" ->
                    serve(pool.addMember(Member.of(plain.with((request, next) -> next.handle(request))))
                            .health(HealthCheck.http("/").build())
                            .build());
                case "session" ->
                    serve(pool.addMember(Member.of(plain))
                            .affinity(Affinity.cookie("S").build())
                            .build());
                case "fallback" ->
                    serve(pool.panic(PanicPolicy.fallback(0.5, request -> ProxyResponse.of(200, "here")))
                            .build());
                case "discovered" -> discover(pool.build());
                default -> throw new IllegalArgumentException(kind);
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void discover(UpstreamPool pool) throws Exception {
        try (pool;
                DiscoveryFeed feed = DiscoveryFeed.builder(DnsDiscovery.addresses("a.test", 80)
                                .servers(new InetSocketAddress("127.0.0.1", 1))
                                .timeout(Duration.ofMillis(50))
                                .build())
                        .start(pool)) {
            while (feed.status().failures() == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static void serve(UpstreamPool pool) throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                        .addRoute("/**", pool)
                        .addCloseable(pool)
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            String answer = client.readAll();
            if (!answer.endsWith("here")) {
                throw new IllegalStateException(answer);
            }
        }
    }
}
