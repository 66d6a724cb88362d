package dev.sluice.lab.chaos;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.server.ProxyServer;
import java.net.InetSocketAddress;
import java.util.List;

/** The proxy: a pool over the default transport. */
final class Front implements AutoCloseable {
    private final UpstreamPool pool;
    private final ProxyServer server;

    Front(List<Member> members, ChaosOptions options, PoolEvent.Listener events, ExchangeListener exchanges) {
        UpstreamPool.Builder setup = UpstreamPool.builder().addListener(events);
        options.pool.set(setup, options);
        members.forEach(setup::addMember);
        pool = setup.build();
        server = ProxyServer.builder()
                .timeouts(options.pool.timeouts())
                .addListener(exchanges)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    UpstreamPool pool() {
        return pool;
    }

    InetSocketAddress address() {
        return server.address();
    }

    /** The number of exchanges that have not ended. */
    long inFlight() {
        return server.pipeline().inFlight();
    }

    @Override
    public void close() {
        server.close();
    }
}
