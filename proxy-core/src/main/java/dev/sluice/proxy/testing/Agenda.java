package dev.sluice.proxy.testing;

import dev.sluice.proxy.time.TimeSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to run when its time comes, in order of time and then of registration. Guarded by the lock of its owner. */
final class Agenda {
    private static final Logger LOG = LoggerFactory.getLogger(TimeSource.class);

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long added;

    /** Adds what is to run at {@code nanos}. */
    Entry add(long nanos, Runnable action) {
        return add(nanos, false, action);
    }

    /** Adds what is to run at {@code nanos}, after all else of that time, even what is added later. */
    Entry addLast(long nanos, Runnable action) {
        return add(nanos, true, action);
    }

    /** Takes out the first entry whose time is not after {@code untilNanos}, or null. */
    @Nullable
    Entry poll(long untilNanos) {
        Entry first = entries.peek();
        return first == null || first.nanos > untilNanos ? null : entries.poll();
    }

    /** The same, but leaves what is to come after all else. */
    @Nullable
    Entry pollOrdinary(long untilNanos) {
        Entry first = entries.peek();
        return first == null || first.last ? null : poll(untilNanos);
    }

    void remove(Entry entry) {
        entries.remove(entry);
    }

    boolean hasDue(long nanos) {
        Entry first = entries.peek();
        return first != null && first.nanos <= nanos;
    }

    /** Runs {@code action}; what it throws is logged. */
    static void run(String name, Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            LOG.error("{} failed", name, failure);
        }
    }

    private Entry add(long nanos, boolean last, Runnable action) {
        Entry entry = new Entry(nanos, last, added++, action);
        entries.add(entry);
        return entry;
    }

    /** One action and its place in the order. */
    record Entry(long nanos, boolean last, long number, Runnable action) implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparingLong(Entry::nanos)
                .thenComparing(Entry::last)
                .thenComparingLong(Entry::number);

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }

        /** Runs the action; what it throws is logged. */
        void run() {
            Agenda.run("scheduled task", action);
        }
    }
}
