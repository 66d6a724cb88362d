package dev.sluice.lab.bench;

import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.UpstreamSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Routes of {@link ProxyMain} that have caches, each for what follows its first segment. */
final class CachedRoutes {
    /** The property that switches them on. */
    static final String ON = "sluice.lab.cache";

    /** How long a response is fresh, as the origin does not say it. */
    static final Duration FRESH = Duration.ofHours(1);

    private static final long ROOM = 64 << 20;
    private static final long LONGEST = 16 << 20;

    private CachedRoutes() {}

    static void add(ProxyServer.Builder builder, UpstreamSource upstreams) throws IOException {
        Path folder = Files.createTempDirectory("sluice-bench-cache");
        Cache disk =
                Cache.builder().disk(folder, 4 * ROOM).maxEntryBytes(LONGEST).build();
        builder.addRoute(route("memory", memory(), upstreams))
                .addRoute(route("miss", memory(), upstreams))
                .addRoute(route("disk", disk, upstreams));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
    }

    private static Cache memory() {
        return Cache.builder().memoryBytes(ROOM).maxEntryBytes(LONGEST).build();
    }

    private static Route route(String segment, Cache cache, UpstreamSource upstreams) {
        CacheRules rules = CacheRules.builder().addFreshness(FRESH, 200).build();
        return Route.path('/' + segment + "/**")
                .stripSegments(1)
                .cache(cache, rules)
                .to(upstreams);
    }
}
