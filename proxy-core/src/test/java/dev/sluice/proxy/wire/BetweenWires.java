package dev.sluice.proxy.wire;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The base of tests with both ends of one connection. */
abstract class BetweenWires {
    WireFixture ends;

    @BeforeEach
    void open() throws Exception {
        ends = new WireFixture();
    }

    @AfterEach
    void close() throws Exception {
        ends.close();
    }
}
