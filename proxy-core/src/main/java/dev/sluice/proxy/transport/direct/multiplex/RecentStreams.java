package dev.sluice.proxy.transport.direct.multiplex;

import java.util.LinkedHashSet;
import java.util.Set;

/** The last streams of which something is true; older ones are forgotten. Safe for use by many threads. */
final class RecentStreams {
    private final int most;
    private final Set<Integer> ids = new LinkedHashSet<>();

    /** The highest number that was forgotten. */
    private int forgotten;

    RecentStreams(int most) {
        this.most = most;
    }

    synchronized void add(int id) {
        if (ids.add(id) && ids.size() > most) {
            int oldest = ids.iterator().next();
            ids.remove(oldest);
            forgotten = Math.max(forgotten, oldest);
        }
    }

    synchronized boolean has(int id) {
        return ids.contains(id);
    }

    /** Returns whether it is true of this stream, or was and may have been forgotten. */
    synchronized boolean mayHave(int id) {
        return ids.contains(id) || id <= forgotten;
    }
}
