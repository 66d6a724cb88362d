package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import dev.sluice.proxy.limit.Counters;
import dev.sluice.proxy.limit.TokenBucket;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;

/**
 * Measures a rate limit. Each proxy of the library runs three times: without a limit; with one that lets a fraction of the
 * load through, to compare that with the rule; and with one that refuses nearly all, for the cost of a refusal. The rule is
 * a number of requests a second for one client, and at once those of a tenth of a second. Only for the library.
 */
final class LimitsScenario implements Scenario {
    private static final int CONNECTIONS = 64;
    private static final int SECONDS = 10;
    private static final int RATE = 2_000;

    /** What a load may deviate from the rule, in real time. */
    private static final double TOLERANCE = 0.05;

    private static final int KEYS = 1_000_000;

    @Override
    public String title() {
        return "A rate limit under " + CONNECTIONS + " connections for " + SECONDS + " s, and "
                + Table.number(bytesPerKey()) + " bytes for each of a million keys";
    }

    @Override
    public boolean isFor(String proxy) {
        return Subject.isLibrary(proxy);
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table("proxy", "limit/s", "through", "of the rule", "refused", "CPU us/request", "errors");
        try (Origin origin = lab.origin(1)) {
            for (String name : lab.proxies()) {
                measure(lab, name, 0, origin, table);
                measure(lab, name, RATE, origin, table);
                measure(lab, name, 1, origin, table);
            }
        }
        return table;
    }

    private static void measure(Lab lab, String name, int rate, Origin origin, Table table)
            throws IOException, InterruptedException {
        String flagged = rate == 0 ? name : name + "@-D" + ProxyMain.RATE + '=' + rate;
        try (Subject subject = lab.start(flagged, origin.addresses())) {
            CountedLoad.run(subject.port(), "/1k", CONNECTIONS, SECONDS);
            ProcessUsage before = subject.usage();
            CountedLoad load = CountedLoad.run(subject.port(), "/1k", CONNECTIONS, SECONDS);
            long cpuMicros = subject.usage().cpuMicros() - before.cpuMicros();
            // The first load has emptied the bucket.
            double rule = rate * load.seconds();
            String errors = load.failed() == 0 ? "" : load.failed() + " connections failed";
            if (rate == RATE && Math.abs(load.through() / rule - 1) > TOLERANCE) {
                errors = "not within 5 % of the rule";
            }
            if (!errors.isEmpty()) {
                lab.invalid(flagged + ": " + errors);
            }
            table.row(
                    name,
                    rate == 0 ? "none" : String.valueOf(rate),
                    String.valueOf(load.through()),
                    rate == 0 ? "" : Table.ratio((double) load.through(), rule),
                    String.valueOf(load.refused()),
                    Table.number(cpuMicros / (double) (load.through() + load.refused())),
                    Lab.validity(errors));
        }
    }

    /** The heap that addresses of IPv4 need as keys, all of them in use. */
    private static double bytesPerKey() {
        TokenBucket rule = new TokenBucket(10, Duration.ofHours(1), 10);
        long before = usedBytes();
        Counters counters = Counters.inMemory(KEYS);
        try {
            for (int i = 0; i < KEYS; i++) {
                String address = "10." + (i >> 16) + '.' + (i >> 8 & 255) + '.' + (i & 255);
                counters.take(address, rule, 1, TimeSource.system());
            }
            double bytes = (usedBytes() - before) / (double) KEYS;
            counters.take("the last one", rule, 1, TimeSource.system());
            return bytes;
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long usedBytes() {
        System.gc();
        Runtime jvm = Runtime.getRuntime();
        return jvm.totalMemory() - jvm.freeMemory();
    }
}
