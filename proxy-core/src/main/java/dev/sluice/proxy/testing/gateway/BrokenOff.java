package dev.sluice.proxy.testing.gateway;

import java.io.IOException;

/** A body breaks off here, as the test has said. */
final class BrokenOff extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Fault fault;

    BrokenOff(Fault fault) {
        super("the body fails by " + fault);
        this.fault = fault;
    }

    /** What goes wrong. */
    Fault fault() {
        return fault;
    }
}
