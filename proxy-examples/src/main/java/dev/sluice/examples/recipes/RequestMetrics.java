package dev.sluice.examples.recipes;

import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Numbers for your monitoring: requests with their times, by route and status, attempts by server, and what each server
 * does now. {@code /metrics} shows them in the text format of Prometheus; a metrics library gets the same values in the
 * same places.
 *
 * <p>A listener is called on the threads that carry requests, so it only counts.
 */
public final class RequestMetrics implements ExchangeListener {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
    private final UpstreamPool pool;

    /** Takes the URLs of two servers. */
    public RequestMetrics(String one, String other) {
        pool = UpstreamPool.builder().addMember(one).addMember(other).build();
    }

    /** Starts a proxy at {@code port}, 0 for any. */
    public ProxyServer start(int port) {
        return ProxyServer.builder()
                .port(port)
                .addListener(this)
                .addRoute("/metrics", request -> ProxyResponse.of(200, text()))
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    @Override
    public void ended(ExchangeRecord record) {
        String labels = "{route=\"" + record.route() + "\",status=\"" + record.status() + "\"}";
        add("proxy_requests" + labels, 1);
        add("proxy_microseconds" + labels, (record.endNanos() - record.beginNanos()) / 1_000);
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        add("proxy_attempts{server=\"" + attempt.upstream() + "\",outcome=\"" + attempt.outcome() + "\"}", 1);
    }

    private void add(String name, long value) {
        counts.computeIfAbsent(name, unseen -> new LongAdder()).add(value);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        counts.forEach((name, count) -> line(text, name, count.sum()));
        for (PoolSnapshot.MemberSnapshot member : pool.snapshot().members()) {
            line(text, "proxy_in_flight{server=\"" + member.id() + "\"}", member.inFlight());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    /** Listens at port 8080 in front of servers at ports 9001 and 9002, until the process ends. */
    public static void main(String[] args) {
        new RequestMetrics("http://127.0.0.1:9001", "http://127.0.0.1:9002").start(8080);
    }
}
