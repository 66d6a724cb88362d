package dev.sluice.proxy.cache.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;

/** The rows of one table, which are run through a route and, unless they are for a route alone, through a forward proxy. */
final class CacheRow {
    private final CacheWire wire;
    private final List<DynamicTest> tests = new ArrayList<>();

    CacheRow(CacheWire wire) {
        this.wire = wire;
    }

    /** What a row does. */
    @FunctionalInterface
    interface Steps {
        void run(CacheTalk talk) throws Exception;
    }

    /** What a cache must do, or must not. */
    void required(String section, String rule, Steps steps) {
        add("required", section, rule, false, steps);
        add("required", section, rule, true, steps);
    }

    /** What a cache may do, and a good one does. */
    void optimal(String section, String rule, Steps steps) {
        add("optimal", section, rule, false, steps);
        add("optimal", section, rule, true, steps);
    }

    /** The same, through a route alone. */
    void requiredOfRoute(String section, String rule, Steps steps) {
        add("required", section, rule, false, steps);
    }

    /** The same, through a route alone. */
    void optimalOfRoute(String section, String rule, Steps steps) {
        add("optimal", section, rule, false, steps);
    }

    /** A response with these fields is used again without a question. */
    void fresh(String section, String rule, String... lines) {
        optimal(section, rule, talk -> {
            talk.ok(lines);
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isHit();
        });
    }

    /** A response with these fields is not used again without a question. */
    void stale(String section, String rule, String... lines) {
        required(section, rule, talk -> {
            talk.ok(lines).ok();
            talk.get().isMiss();
            talk.advance(2);
            talk.get().isMiss();
        });
    }

    private void add(String level, String section, String rule, boolean forward, Steps steps) {
        String name = level + ' ' + section + ' ' + rule + (forward ? " (forward)" : "");
        tests.add(DynamicTest.dynamicTest(name, () -> {
            CacheTalk talk = new CacheTalk(wire, forward);
            try {
                steps.run(talk);
            } catch (AssertionError | java.io.IOException failure) {
                throw new AssertionError(
                        name + ": " + failure.getMessage() + "; at the origin: " + talk.asked(), failure);
            }
        }));
    }

    static List<DynamicTest> of(CacheWire wire, Consumer<CacheRow> table) {
        CacheRow rows = new CacheRow(wire);
        table.accept(rows);
        return rows.tests;
    }
}
