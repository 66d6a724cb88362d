package dev.sluice.balancer.status;

import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.ListenerStatistics;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a page watches: a server, or a pipeline that is mounted in a server of another kind.
 *
 * @param server null for a pipeline alone
 * @param given its name, or null for the address of the server
 */
record Watched(
        Pipeline pipeline,
        @Nullable ProxyServer server,
        @Nullable String given) {
    static Watched of(ProxyServer server) {
        return new Watched(server.pipeline(), server, null);
    }

    String name() {
        if (given != null || server == null) {
            return String.valueOf(given);
        }
        return isStarted(server) ? server.uri().toString() : "not started";
    }

    /** {@code new}, {@code serving} or {@code closing}. */
    String state() {
        if (server == null || server.ready()) {
            return "serving";
        }
        return isStarted(server) ? "closing" : "new";
    }

    /** Returns whether its table has a route of this name. */
    boolean hasRoute(String name) {
        return pipeline.routes().routes().stream()
                .anyMatch(route -> route.name().equals(name));
    }

    /** The connections of its clients, if it tells them. */
    Optional<ListenerStatistics> connections() {
        return server == null ? Optional.empty() : server.connections();
    }

    private static boolean isStarted(ProxyServer server) {
        try {
            return server.address() != null;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }
}
