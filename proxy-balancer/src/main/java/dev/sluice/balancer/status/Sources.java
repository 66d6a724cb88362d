package dev.sluice.balancer.status;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.tls.TlsFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a page shows, by kind and name. Servers may be added at any time; the rest does not change once the page is built. */
final class Sources {
    final List<Watched> servers = new CopyOnWriteArrayList<>();
    final Map<String, UpstreamPool> pools = new LinkedHashMap<>();
    final Map<String, Cache> caches = new LinkedHashMap<>();
    final Map<String, Supplier<TlsFiles.Status>> certificates = new LinkedHashMap<>();
    final Map<String, Maintenance> maintenance = new LinkedHashMap<>();

    @Nullable
    AccessLog accessLog;

    final Map<String, Supplier<ConnectionStatistics>> connections = new LinkedHashMap<>();
    final Map<String, Supplier<? extends Map<String, ? extends Number>>> limits = new LinkedHashMap<>();

    /** A copy that later changes of this one do not reach. */
    Sources copy() {
        Sources copy = new Sources();
        copy.servers.addAll(servers);
        copy.accessLog = accessLog;
        copy.pools.putAll(pools);
        copy.caches.putAll(caches);
        copy.certificates.putAll(certificates);
        copy.maintenance.putAll(maintenance);
        copy.connections.putAll(connections);
        copy.limits.putAll(limits);
        return copy;
    }

    /**
     * Adds one under its name.
     *
     * @throws IllegalArgumentException if there is one of this kind and name; the message has both
     */
    static <T> void put(String kind, Map<String, T> to, String name, T value) {
        if (to.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("there is already a " + kind + " named \"" + name + '"');
        }
    }
}
