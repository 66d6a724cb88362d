package dev.sluice.lab.chaos;

import dev.sluice.balancer.PoolEvent;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

/** The events with their times, in UTC like the times of records. Safe for use by many threads. */
final class Timeline implements PoolEvent.Listener {
    private static final int KEPT = 40;

    private final PrintStream out;
    private final boolean showsPoolEvents;
    private final Deque<String> latest = new ArrayDeque<>();
    private long poolEventNanos = System.nanoTime();

    Timeline(PrintStream out, boolean showsPoolEvents) {
        this.out = out;
        this.showsPoolEvents = showsPoolEvents;
    }

    /** Adds something that the benchmark has done or found. */
    void say(String what) {
        out.println(keep(what));
    }

    @Override
    public synchronized void changed(PoolEvent event) {
        poolEventNanos = System.nanoTime();
        String line = keep("pool: " + event.member() + " " + event.kind() + ", " + event.reason());
        if (showsPoolEvents) {
            out.println(line);
        }
    }

    /** The time since the last event of the pool. */
    synchronized long calmNanos() {
        return System.nanoTime() - poolEventNanos;
    }

    /** Prints the latest lines again, together with the pool's events. */
    synchronized void repeat() {
        latest.forEach(line -> out.println("    " + line));
    }

    private synchronized String keep(String what) {
        String line = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS) + "  " + what;
        latest.add(line);
        if (latest.size() > KEPT) {
            latest.remove();
        }
        return line;
    }
}
