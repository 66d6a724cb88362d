package dev.sluice.balancer.status;

import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
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

    private static boolean isStarted(ProxyServer server) {
        try {
            return server.address() != null;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }
}
