package dev.sluice.proxy.forward;

import dev.sluice.proxy.internal.Require;
import java.util.BitSet;

/** A set of ports. Not changed once it is in use. */
final class Ports {
    private static final int END = 65_536;

    private final BitSet members = new BitSet(END);

    private Ports() {}

    /** These. */
    static Ports of(String option, int... ports) {
        Ports made = new Ports();
        for (int port : ports) {
            made.members.set(Require.within(option, 1, END - 1, port));
        }
        return made;
    }

    /** All. */
    static Ports any() {
        return new Ports().andFrom(1);
    }

    /** {@code from} and all higher ones. */
    Ports andFrom(int from) {
        members.set(from, END);
        return this;
    }

    boolean has(int port) {
        return port > 0 && members.get(port);
    }
}
