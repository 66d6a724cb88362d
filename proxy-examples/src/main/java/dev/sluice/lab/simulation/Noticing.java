package dev.sluice.lab.simulation;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.lab.Table;
import dev.sluice.lab.simulation.NoticedMember.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** How soon a pool notices that a member has a fault, with different settings: the table in docs/balancer.md. */
final class Noticing {
    /** The name of the table's place in the page. */
    static final String NAME = "noticed";

    private static final int RUNS = 3;

    /**
     * A row of the table.
     *
     * @param setup the settings, as a user writes them
     */
    private record Row(String setup, Consumer<UpstreamPool.Builder> pool) {}

    private static final List<Row> ROWS = List.of(
            new Row("nothing set", pool -> {}),
            new Row(
                    "`RetryPolicy`: `tryTimeout(1 s)`",
                    pool -> pool.retry(
                            RetryPolicy.builder().tryTimeout(seconds(1)).build())),
            new Row("`HedgePolicy.after(100 ms)`", pool -> pool.hedge(HedgePolicy.after(Duration.ofMillis(100)))),
            new Row(
                    "`EjectionPolicy`: `latencyFactor(3)`",
                    pool -> pool.ejection(
                            EjectionPolicy.builder().latencyFactor(3).build())),
            new Row(
                    "`HealthCheck.http(\"/health\")`, each 5 s",
                    pool -> pool.health(HealthCheck.http("/health").build())),
            probed("2 s", seconds(2)),
            probed("1 s", seconds(1)),
            probed("250 ms", Duration.ofMillis(250)));

    private Noticing() {}

    private static Row probed(String words, Duration interval) {
        return new Row(
                "the same, `interval(" + words + ")`",
                pool -> pool.health(
                        HealthCheck.http("/health").interval(interval).build()));
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    /** The title, the setting and the table, between their comments. */
    static String block() throws Exception {
        return DocTables.block(
                NAME,
                "Four members, 100 GETs a second, and each takes 20 ms. One member gets a fault. It refuses connections"
                        + " (dead), accepts connections and does not answer (stopped), or takes 1 s for each answer, also"
                        + " on its health page (slow). The table shows the time until the member is taken out: the mean"
                        + " and the longest of " + RUNS + " runs.\n\n"
                        + table());
    }

    private static String table() throws Exception {
        Table table = new Table("set up with", "dead", "stopped", "slow");
        for (Row row : ROWS) {
            List<String> cells = new ArrayList<>(List.of(row.setup()));
            for (Fault fault : Fault.values()) {
                cells.add(cell(row, fault));
            }
            table.row(cells.toArray(new String[0]));
        }
        return table.markdown();
    }

    private static String cell(Row row, Fault fault) throws Exception {
        double sum = 0;
        double most = 0;
        for (int seed = 1; seed <= RUNS; seed++) {
            Duration took = new NoticedMember(fault, seed).measure(row.pool());
            if (took == null) {
                return "not";
            }
            double seconds = took.toNanos() / 1e9;
            sum += seconds;
            most = Math.max(most, seconds);
        }
        return String.format(Locale.ROOT, "%.1f s, %.1f s", sum / RUNS, most);
    }
}
