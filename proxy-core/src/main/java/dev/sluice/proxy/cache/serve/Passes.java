package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was lately found not to be shareable: requests for it do not wait for each other, as waiting would serve them one
 * by one. Others call this hit-for-miss. Bounded: the oldest are forgotten first. Safe for use by many threads.
 */
final class Passes {
    private static final int MOST = 10_000;

    /** What is longer is kept as its digest, so that no client can fill the memory with long names. */
    private static final int LONG = 128;

    /** When each is forgotten, in nanoseconds of the clock. */
    private final Map<String, Long> until = new LinkedHashMap<>();

    private static String key(String what) {
        return what.length() <= LONG
                ? what
                : HexFormat.of().formatHex(Sha256.of(what.getBytes(StandardCharsets.UTF_8)));
    }

    synchronized void add(String what, long untilNanos) {
        String key = key(what);
        until.remove(key);
        until.put(key, untilNanos);
        if (until.size() > MOST) {
            until.remove(until.keySet().iterator().next());
        }
    }

    synchronized void remove(String what) {
        if (!until.isEmpty()) {
            until.remove(key(what));
        }
    }

    synchronized boolean has(String what, long nanos) {
        if (until.isEmpty()) {
            return false;
        }
        String key = key(what);
        Long end = until.get(key);
        if (end != null && end <= nanos) {
            until.remove(key);
        }
        return end != null && end > nanos;
    }
}
