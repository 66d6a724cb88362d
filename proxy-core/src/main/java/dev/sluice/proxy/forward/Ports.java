package dev.sluice.proxy.forward;

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
            if (port < 1 || port >= END) {
                throw new IllegalArgumentException(option + " must be 1 to 65535: " + port);
            }
            made.members.set(port);
        }
        return made;
    }

    /** {@code from} and all above. */
    Ports andFrom(int from) {
        members.set(from, END);
        return this;
    }

    boolean has(int port) {
        return port > 0 && members.get(port);
    }
}
