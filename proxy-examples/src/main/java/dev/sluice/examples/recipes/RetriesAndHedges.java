package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;

/**
 * Clients do not notice a server that fails or is slow. A GET that gets 502, 503 or 504 goes to another server. One
 * that takes longer than 20 ms and than 95 % of the others is sent to a second server too, and the first answer wins.
 *
 * <p>A request that may have been acted on is repeated only if its method is idempotent; POST is not. Retries and
 * hedges are limited to 20 % of the requests plus 10 a second, so an overloaded pool does not get every request twice.
 */
public final class RetriesAndHedges {
    private RetriesAndHedges() {}

    /**
     * Starts a proxy at {@code port}, 0 for any, in front of two servers.
     *
     * @param listener receives the record of each exchange that has ended; it shows all attempts
     */
    public static ProxyServer start(int port, ExchangeListener listener, String one, String other) {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(one)
                .addMember(other)
                .retry(RetryPolicy.builder().statuses(502, 503, 504).build())
                .hedge(HedgePolicy.percentile(0.95, Duration.ofMillis(20)))
                .build();
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addListener(listener)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of servers at ports 9001 and 9002, until the process ends. */
    public static void main(String[] args) {
        start(8080, AccessLog.json(), "http://127.0.0.1:9001", "http://127.0.0.1:9002");
    }
}
