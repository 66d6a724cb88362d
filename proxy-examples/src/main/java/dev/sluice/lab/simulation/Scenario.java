package dev.sluice.lab.simulation;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.simulation.Simulation;
import dev.sluice.balancer.simulation.SimulationResult;
import dev.sluice.lab.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What happens to the members. Each strategy is simulated with it.
 *
 * @param name its name on the command line
 * @param setting what is simulated, in a sentence
 * @param pool the pool's configuration without the strategy
 * @param shares the columns that show shares
 * @param simulation the members, the load and the faults
 */
record Scenario(
        String name,
        String title,
        String setting,
        List<Share> shares,
        List<NamedStrategy> strategies,
        Consumer<UpstreamPool.Builder> pool,
        Supplier<Simulation.Builder> simulation) {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** The table, with a row for each strategy. */
    String table(long seed) {
        List<String> columns =
                new ArrayList<>(List.of("strategy", "mean", "p50", "p99", "p99.9", "errors", "attempts/request"));
        shares.forEach(share -> columns.add("share: " + share.title()));
        Table table = new Table(columns.toArray(new String[0]));
        for (NamedStrategy strategy : strategies) {
            table.row(cells(strategy.name(), run(strategy, seed)).toArray(new String[0]));
        }
        return table.markdown();
    }

    private List<String> cells(String strategy, SimulationResult result) {
        SimulationResult.Latencies latency = result.latency();
        List<String> cells = new ArrayList<>(List.of(
                strategy,
                millis(latency.mean()),
                millis(latency.percentile(50)),
                millis(latency.percentile(99)),
                millis(latency.percentile(99.9)),
                String.format(Locale.ROOT, "%,d", result.errors() + result.unfinished()),
                String.format(Locale.ROOT, "%.4f", (double) result.attempts() / result.requests())));
        for (Share share : shares) {
            cells.add(String.format(Locale.ROOT, "%.2f", share.measure().applyAsDouble(result)));
        }
        return cells;
    }

    SimulationResult run(NamedStrategy strategy, long seed) {
        return run(strategy, seed, INTERVAL);
    }

    /** Runs it with a timeline of these steps. */
    SimulationResult run(NamedStrategy strategy, long seed, Duration interval) {
        return simulation
                .get()
                .interval(interval)
                .pool(builder -> {
                    pool.accept(builder);
                    builder.strategy(strategy.maker().get());
                })
                .seed(seed)
                .build()
                .run();
    }

    private static String millis(Duration time) {
        double millis = time.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 1_000 ? "%.1f" : "%,.0f", millis);
    }
}
