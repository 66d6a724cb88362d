package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.LoadBalancer;

/**
 * A strategy of your own: the first server gets all requests until it is full, and only then the next one gets some.
 * The last servers of the list are mostly idle, and can be switched off when there is little to do.
 *
 * <p>A strategy is one method. It gets the members with what the pool knows of them, and returns the index of one that is
 * {@code eligible}, or -1. Many threads call it at once, so it must not block. If it needs a table of the members, it
 * also implements {@code over}.
 */
public final class OwnStrategy {
    private OwnStrategy() {}

    /**
     * Fills the members in their order. If all are full, the one with the fewest requests gets one more.
     *
     * @param full how many requests at once fill a member
     */
    public static LoadBalancer fillFirst(int full) {
        return pick -> {
            int least = -1;
            for (int i = 0; i < pick.size(); i++) {
                if (!pick.eligible(i)) {
                    continue;
                }
                int inFlight = pick.candidate(i).inFlight();
                if (inFlight < full) {
                    return i;
                }
                if (least < 0 || inFlight < pick.candidate(least).inFlight()) {
                    least = i;
                }
            }
            return least;
        };
    }

    /** Starts a proxy at {@code port}, 0 for any, in front of two servers, of which the first is used first. */
    public static ProxyServer start(int port, int full, String first, String second) {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(first)
                .addMember(second)
                .strategy(fillFirst(full))
                .build();
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of servers at ports 9001 and 9002, until the process ends. */
    public static void main(String[] args) {
        start(8080, 20, "http://127.0.0.1:9001", "http://127.0.0.1:9002");
    }
}
