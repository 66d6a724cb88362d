package dev.sluice.lab.tls;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.lab.Latencies;
import dev.sluice.lab.Table;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import javax.net.ssl.SSLContext;

/** Many visits, and how they went. Times are from when a visit was due, so waiting behind a slow one counts too. */
final class Visits {
    private final LongAdder answered = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();
    private final Latencies latencies = new Latencies();
    private long wallNanos;
    private long cpuNanos;

    /** What a certificate must be: not older than the one in force when the visit began. */
    record Freshness(LongSupplier now, ToLongFunction<BigInteger> age) {
        static final Freshness ANY = new Freshness(() -> 0, serial -> 0);
    }

    /** Visits until it is told to stop. */
    void run(
            InetSocketAddress server,
            SSLContext context,
            int threads,
            Pace pace,
            Freshness freshness,
            LongPredicate goesOn)
            throws InterruptedException {
        long wallBegin = System.nanoTime();
        long cpuBegin = cpuNanos();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Visitor visitor = new Visitor(server, context);
            Thread client =
                    new Thread(() -> visit(visitor, pace, freshness, () -> goesOn.test(count())), "tls-client-" + i);
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
        cpuNanos += cpuNanos() - cpuBegin;
        wallNanos += System.nanoTime() - wallBegin;
    }

    /** Of this process: both sides, and whatever else it does. */
    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private void visit(Visitor visitor, Pace pace, Freshness freshness, BooleanSupplier goesOn) {
        Latencies own = new Latencies();
        try {
            while (goesOn.getAsBoolean()) {
                long due = pace.await();
                long expected = freshness.now().getAsLong();
                try {
                    long shown = freshness.age().applyAsLong(visitor.visit());
                    own.add(System.nanoTime() - due);
                    if (shown < expected) {
                        failed("an old certificate was shown");
                    }
                    answered.increment();
                } catch (IOException failure) {
                    failed(String.valueOf(failure));
                }
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        latencies.add(own);
    }

    private void failed(String how) {
        failures.computeIfAbsent(how, ignored -> new LongAdder()).increment();
    }

    long count() {
        return answered.sum() + failed();
    }

    /** How many have failed. */
    long failed() {
        return failures.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Each kind of failure with its number. */
    Map<String, LongAdder> failures() {
        return failures;
    }

    /** A row of {@link #table}. */
    void addTo(Table table, String name) {
        table.row(
                name,
                String.valueOf(answered),
                String.valueOf(failed()),
                Table.number(answered.sum() * 1e9 / wallNanos),
                Table.millis(cpuNanos / 1e3 / Math.max(1, count())),
                Table.millis(latencies.percentileMicros(50)),
                Table.millis(latencies.percentileMicros(99)),
                Table.millis(latencies.percentileMicros(100)));
    }

    static Table table() {
        return new Table("connections", "answered", "failed", "per s", "CPU ms each", "p50 ms", "p99 ms", "longest ms");
    }

    /** A limit of time for a run. */
    static LongPredicate forSeconds(int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        return count -> System.nanoTime() < end;
    }
}
