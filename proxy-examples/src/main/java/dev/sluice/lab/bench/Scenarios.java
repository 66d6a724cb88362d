package dev.sluice.lab.bench;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The scenarios by name, and a name for those that compare the engine of a proxy with others. */
final class Scenarios {
    private static final String ENGINE = "engine";

    private static final List<String> OF_ENGINE = List.of("connections", "latency", "tls", "start", "idle");

    private static final Map<String, Function<BenchOptions, Scenario>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("small", options -> new SmallScenario(options.connections));
        ALL.put("connections", options -> new ConnectionsScenario());
        ALL.put("latency", options -> new LatencyScenario());
        ALL.put("tls", options -> new TlsScenario());
        ALL.put("start", options -> new StartScenario());
        ALL.put("idle", options -> new IdleScenario());
        ALL.put("bodies", options -> new BodiesScenario());
        ALL.put("http2", options -> new Http2Scenario());
        ALL.put("http2streams", options -> new Http2StreamsScenario());
        ALL.put("http2large", options -> new Http2LargeScenario());
        ALL.put("scale", options -> new ScaleScenario());
        ALL.put("allocation", options -> new AllocationScenario());
        ALL.put("limits", options -> new LimitsScenario());
        ALL.put("refusals", options -> new RefusalsScenario());
        ALL.put("compression", options -> new CompressionScenario());
        ALL.put("cached", options -> new CachedScenario());
        ALL.put("purge", options -> new PurgeScenario());
        ALL.put("hits", options -> new HitRatioScenario());
        ALL.put("diskhits", options -> new DiskHitRatioScenario());
        ALL.put("store", options -> new StoreScenario());
    }

    private Scenarios() {}

    /** All names. */
    static List<String> names() {
        List<String> names = new ArrayList<>(ALL.keySet());
        names.add(ENGINE);
        return names;
    }

    /** The chosen ones, in order. */
    static List<Scenario> chosen(BenchOptions options) {
        List<Scenario> chosen = new ArrayList<>();
        for (String name : options.scenarios) {
            for (String each : name.equals(ENGINE) ? OF_ENGINE : List.of(name)) {
                chosen.add(Objects.requireNonNull(ALL.get(each), each).apply(options));
            }
        }
        return chosen;
    }

    /** The names of single ones, for the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.keySet().iterator();
        }
    }
}
