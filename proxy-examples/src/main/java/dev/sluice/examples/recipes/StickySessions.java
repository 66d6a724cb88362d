package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.proxy.server.ProxyServer;

/**
 * All requests of one browser go to the same server, for applications that keep sessions in memory. The proxy sets a
 * signed cookie for this, which the servers do not see. If the server of a session is gone, the session moves to
 * another server.
 *
 * <p>If several proxies stand in front of the same servers, give all of them the same secret and the same URLs: then
 * each proxy understands the cookies of the others, also after a restart.
 */
public final class StickySessions {
    private StickySessions() {}

    /**
     * Starts a proxy at {@code port}, 0 for any, in front of two servers.
     *
     * @param secret signs the cookie; at least 32 bytes
     */
    public static ProxyServer start(int port, String secret, String one, String other) {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(one)
                .addMember(other)
                .affinity(Affinity.cookie("route").addSecret(secret).build())
                .build();
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of servers at ports 9001 and 9002; the secret is the argument. */
    public static void main(String[] args) {
        start(8080, args[0], "http://127.0.0.1:9001", "http://127.0.0.1:9002");
    }
}
