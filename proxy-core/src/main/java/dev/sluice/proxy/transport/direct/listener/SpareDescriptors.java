package dev.sluice.proxy.transport.direct.listener;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A few descriptors in reserve for the moment when the process has no others: with them the listener can go on, since
 * closing connections, logging and loading a class may each need one. For one thread.
 */
final class SpareDescriptors {
    private static final int MOST = 4;

    private final List<SocketChannel> kept = new ArrayList<>(MOST);

    /** The JDK needs a descriptor for the first socket that it closes, and fails forever without one. */
    SpareDescriptors() {
        keep();
        giveBack();
    }

    /** Fills up what is missing, as far as there are descriptors. */
    void keep() {
        try {
            while (kept.size() < MOST) {
                kept.add(SocketChannel.open());
            }
        } catch (IOException none) {
            // The present ones must be enough.
        }
    }

    /** Gives them back to the process. */
    void giveBack() {
        for (SocketChannel each : kept) {
            try {
                each.close();
            } catch (IOException failure) {
                // The descriptor is closed nevertheless.
            }
        }
        kept.clear();
    }
}
