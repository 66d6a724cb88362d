package dev.sluice.proxy.cache.wire;

import dev.sluice.proxy.cache.CacheRules;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A table of rows about one subject, which share a {@link CacheWire}. */
abstract class CacheWireTable {
    private CacheWire wire;

    /** Adds the rows. */
    abstract void rows(CacheRow rows);

    /** What the caches of the table go by. */
    CacheRules rules() {
        return CacheWire.RULES;
    }

    @BeforeEach
    void open() throws IOException {
        wire = new CacheWire(rules());
    }

    @AfterEach
    void close() {
        wire.close();
    }

    @TestFactory
    List<DynamicTest> table() {
        return CacheRow.of(wire, this::rows);
    }
}
