package dev.sluice.proxy.cache.serve;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was lately found not to be shareable: requests for it do not wait for each other, as waiting would serve them one
 * by one. Others call this hit-for-miss. Bounded: the oldest are forgotten first. Safe for use by many threads.
 */
final class Passes {
    private static final int MOST = 10_000;

    /** When each is forgotten, in nanoseconds of the clock. */
    private final Map<String, Long> until = new LinkedHashMap<>();

    synchronized void add(String what, long untilNanos) {
        until.remove(what);
        until.put(what, untilNanos);
        if (until.size() > MOST) {
            until.remove(until.keySet().iterator().next());
        }
    }

    synchronized void remove(String what) {
        if (!until.isEmpty()) {
            until.remove(what);
        }
    }

    synchronized boolean has(String what, long nanos) {
        Long end = until.get(what);
        if (end == null) {
            return false;
        }
        if (end > nanos) {
            return true;
        }
        until.remove(what);
        return false;
    }
}
