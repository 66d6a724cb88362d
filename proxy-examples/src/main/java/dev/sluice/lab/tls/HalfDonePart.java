package dev.sluice.lab.tls;

import dev.sluice.lab.Table;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;

/** Many clients never finish their handshake: all others are served, and those are ended after a while. */
final class HalfDonePart {
    /** What an unfinished handshake may cost, with its thread's stack outside of the heap. */
    private static final long BYTES_EACH = 256 * 1024;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TimeSource time;
    private final Visits alone = new Visits();
    private final Visits beside = new Visits();
    private final List<String> problems = new ArrayList<>();
    private String cost = "";

    /** @param time the server's clock */
    HalfDonePart(TimeSource time) {
        this.time = time;
    }

    /**
     * Runs visits alone, and then beside the unfinished handshakes. Returns what was wrong, in words.
     *
     * @param later is run again and again at the end, until the server has ended those handshakes: moves its clock, if it
     *     does not move by itself
     */
    List<String> run(int count, long seed, Traffic traffic, Runnable later) throws IOException, InterruptedException {
        TestAuthority authority = TestAuthority.create();
        SSLContext client = authority.client().context();
        AtomicBoolean more = new AtomicBoolean(true);
        try (ProxyServer server = ProxyServer.builder()
                .time(time)
                .tls(authority.server("lab.test", "127.0.0.1"))
                .addRoute("/**", request -> ProxyResponse.of(200, "ok"))
                .build()
                .start()) {
            visit(alone, server, client, traffic);
            long heap = heap();
            int threads = threads();
            try (HalfDone halfDone = new HalfDone(server.address(), client, count, seed, more::get)) {
                Thread waiting = new Thread(halfDone, "tls-half-done");
                waiting.start();
                halfDone.awaitOpen();
                visit(beside, server, client, traffic);
                cost(count, heap() - heap, threads() - threads);
                more.set(false);
                awaitEnds(waiting, later);
                check(halfDone, count);
            }
        }
        alone.failures().forEach((how, number) -> problems.add("alone: " + number + " x " + how));
        beside.failures().forEach((how, number) -> problems.add("beside: " + number + " x " + how));
        return problems;
    }

    private static void awaitEnds(Thread waiting, Runnable later) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (waiting.isAlive() && System.nanoTime() < end) {
            later.run();
            waiting.join(50);
        }
    }

    private static void visit(Visits visits, ProxyServer server, SSLContext client, Traffic traffic)
            throws InterruptedException {
        visits.run(
                server.address(),
                client,
                traffic.clients(),
                new Pace(traffic.rate()),
                Visits.Freshness.ANY,
                traffic.length().get());
    }

    private void cost(int count, long bytes, int threads) {
        cost = Table.number(bytes / 1024.0 / count) + " KiB of heap for each unfinished handshake, " + threads
                + " threads more";
        if (bytes > count * BYTES_EACH) {
            problems.add("too much memory: " + cost);
        }
        if (threads > count + 100) {
            problems.add("too many threads: " + cost);
        }
    }

    private void check(HalfDone halfDone, int count) {
        cost += ", " + halfDone.ended() + " ended by the server, after " + Table.millis(halfDone.shortestNanos() / 1e3)
                + " to " + Table.millis(halfDone.longestNanos() / 1e3) + " ms";
        if (halfDone.ended() < count || halfDone.failed() > 0) {
            problems.add("of " + count + " only " + halfDone.ended() + " were ended, and " + halfDone.failed()
                    + " could not come");
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** What happened, as a table and a line. */
    String report() {
        Table table = Visits.table();
        alone.addTo(table, "alone");
        beside.addTo(table, "beside unfinished handshakes");
        return table.markdown() + "\n" + cost + "\n";
    }
}
