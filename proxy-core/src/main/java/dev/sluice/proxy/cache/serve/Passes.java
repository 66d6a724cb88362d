package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.internal.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was lately found not to be shareable: requests for it do not wait for each other, as waiting would serve them one
 * by one. Others call this hit-for-miss. Bounded: the oldest are forgotten first. Safe for use by many threads.
 */
final class Passes {
    private static final int MOST = 10_000;

    private final Map<String, Pass> passes = new LinkedHashMap<>();

    /** What is remembered of each: until when, in nanoseconds of the clock, and why it could not be shared. */
    private record Pass(long until, String why) {}

    synchronized void add(String what, long untilNanos, String why) {
        String key = Sha256.shortened(what);
        passes.remove(key);
        passes.put(key, new Pass(untilNanos, why));
        if (passes.size() > MOST) {
            passes.remove(passes.keySet().iterator().next());
        }
    }

    synchronized void remove(String what) {
        if (!passes.isEmpty()) {
            passes.remove(Sha256.shortened(what));
        }
    }

    boolean has(String what, long nanos) {
        return why(what, nanos) != null;
    }

    /** Why it could not be shared; null if that is not remembered. */
    synchronized @Nullable String why(String what, long nanos) {
        if (passes.isEmpty()) {
            return null;
        }
        String key = Sha256.shortened(what);
        Pass pass = passes.get(key);
        if (pass != null && pass.until <= nanos) {
            passes.remove(key);
            return null;
        }
        return pass == null ? null : pass.why;
    }
}
