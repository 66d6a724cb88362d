package dev.sluice.proxy.cache.wire;

import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server with a cached route and a forward proxy with a cache, in front of one origin, with real sockets and a clock that
 * the tests move. Each {@link CacheTalk} has a path of its own, by which the origin knows whose script to play.
 */
final class CacheWire implements AutoCloseable {
    /** What the rows of the tables go by unless they say otherwise. */
    static final CacheRules RULES = CacheRules.builder().heuristics(true).build();

    final ManualTime time = new ManualTime();
    final Map<String, CacheTalk> talks = new ConcurrentHashMap<>();
    final Cache cache = Cache.builder().time(time).build();
    final ScriptedOrigin origin;
    final ProxyServer server;

    CacheWire() throws IOException {
        this(RULES);
    }

    CacheWire(CacheRules rules) throws IOException {
        this.origin = ScriptedOrigin.start(this::play);
        this.server = ProxyServer.builder()
                .time(time)
                .forward(ForwardProxy.builder()
                        .addresses(AddressRule.ANY)
                        .anyPort(true)
                        .cache(cache, rules.toBuilder().targetedFields().build())
                        .build())
                .addRoute(Route.path("/**").cache(cache, rules).to(origin.uri().toString()))
                .build()
                .start();
    }

    private void play(RawConnection connection) throws Exception {
        while (true) {
            String head = connection.readHead();
            String path = head.split(" ", 3)[1];
            String name = path.split("[/?]", 3)[1];
            talks.get(name).answer(head, connection);
        }
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
        origin.close();
        cache.close();
    }
}
