package dev.sluice.proxy.wire;

import dev.sluice.proxy.time.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one sweep on a clock: every 100 ms it calls everything registered to check its deadlines, so that no read or
 * write needs its own timer. While nothing is registered it does not run. Safe for use by many threads.
 */
public final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final Watch SYSTEM = new Watch(TimeSource.system());

    /**
     * Weak on both sides, since a watch refers to its clock: a watch that is in use is held by its wires and its
     * clock.
     */
    private static final Map<TimeSource, WeakReference<Watch>> OTHERS = new WeakHashMap<>();

    private final TimeSource time;
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private Watch(TimeSource time) {
        this.time = time;
    }

    /** The watch of {@code time}, always the same one while it is in use. */
    public static Watch of(TimeSource time) {
        return time.equals(TimeSource.system()) ? SYSTEM : other(time);
    }

    private static Watch other(TimeSource time) {
        synchronized (OTHERS) {
            WeakReference<Watch> known = OTHERS.get(time);
            @Nullable Watch watch = known == null ? null : known.get();
            if (watch == null) {
                watch = new Watch(time);
                OTHERS.put(time, new WeakReference<>(watch));
            }
            return watch;
        }
    }

    /** The clock. */
    public TimeSource time() {
        return time;
    }

    /** Calls {@code watched} from the next sweep on, until it is removed. Has no effect the second time. */
    public void add(Watched watched) {
        this.watched.add(watched);
        schedule();
    }

    /**
     * Forgets {@code watched}; a sweep that runs just now may still reach it. Has no effect if it is not registered.
     */
    public void remove(Watched watched) {
        this.watched.remove(watched);
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            boolean done = false;
            try {
                time.schedule(PERIOD, this::sweep);
                done = true;
            } finally {
                if (!done) {
                    // Otherwise there would be no further try, and no deadline would ever be checked.
                    scheduled.set(false);
                }
            }
        }
    }

    private void sweep() {
        long now = time.nanos();
        try {
            for (Watched each : watched) {
                sweep(each, now);
            }
        } finally {
            scheduled.set(false);
            // What is added from here on schedules the sweep itself.
            if (!watched.isEmpty()) {
                schedule();
            }
        }
    }

    /** A failure, even for lack of memory, must not end the sweeps: then no deadline would be kept any more. */
    private static void sweep(Watched each, long now) {
        try {
            each.sweep(now);
        } catch (RuntimeException | Error failure) {
            LOG.error("the sweep of {} failed", each, failure);
        }
    }

    /** Something that looks at the clock now and then. */
    @FunctionalInterface
    public interface Watched {
        /**
         * Checks its deadlines. Called on the clock's thread: it must neither block nor throw.
         *
         * @param nowNanos the time of the watch's clock
         */
        void sweep(long nowNanos);
    }
}
