package dev.sluice.examples.recipes;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.server.ProxyServer;

/**
 * Two servers of different sizes: the large one gets three times as many requests as the small one. The weights can
 * change while requests are in flight.
 *
 * <p>The default strategy also looks at how many requests each server has at the moment. With {@code
 * smoothWeightedRoundRobin} the shares are exact; {@code roundRobin} and {@code randomChoice} ignore weights.
 */
public final class WeightedServers {
    private final UpstreamPool pool;

    /** Takes the URLs of the two servers. */
    public WeightedServers(String large, String small) {
        pool = UpstreamPool.builder()
                .addMember(Member.at(large).withId("large").withWeight(3))
                .addMember(Member.at(small).withId("small"))
                .build();
    }

    /** Starts a proxy at {@code port}, 0 for any. */
    public ProxyServer start(int port) {
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Changes the weight of {@code large} or {@code small}. The next request already uses it. */
    public void weight(String server, int weight) {
        pool.update(change -> change.weight(server, weight));
    }

    /** Listens at port 8080 in front of servers at ports 9001 and 9002, until the process ends. */
    public static void main(String[] args) {
        new WeightedServers("http://127.0.0.1:9001", "http://127.0.0.1:9002").start(8080);
    }
}
