package dev.sluice.proxy.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many passwords each client may still try. A try is counted before the password is checked, so that a flood that
 * comes at once gets no more; if the password is right, it is taken back. What was counted fades evenly over a minute: for
 * each client there is only the time when nothing is left of it. Of the clients, the last 10,000 that tried are known.
 * Safe for use by many threads.
 */
final class Guesses {
    private static final int KEPT = 10_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final long eachNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Long> forgottenAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Long> eldest) {
            return size() > KEPT;
        }
    };

    Guesses(int perMinute) {
        this.eachNanos = MINUTE_NANOS / perMinute;
    }

    /**
     * Counts a try.
     *
     * @return 0 if it may be made; else it is not counted, and this is after how many nanoseconds it may
     */
    long take(Object client, long now) {
        lock.lock();
        try {
            long tooEarly = tooEarly(client, now);
            if (tooEarly == 0) {
                forgottenAt.put(client, after(client, now));
            }
            return tooEarly;
        } finally {
            lock.unlock();
        }
    }

    /** What {@link #take} would return; nothing is counted. */
    long tooEarly(Object client, long now) {
        lock.lock();
        try {
            return Math.max(0, after(client, now) - now - MINUTE_NANOS);
        } finally {
            lock.unlock();
        }
    }

    /** When nothing is left of what a client has tried, if it tries once more. */
    private long after(Object client, long now) {
        return Math.max(forgottenAt.getOrDefault(client, now), now) + eachNanos;
    }

    /** Takes back what {@link #take} has counted. */
    void giveBack(Object client, long now) {
        lock.lock();
        try {
            forgottenAt.computeIfPresent(client, (key, at) -> at - eachNanos > now ? (Long) (at - eachNanos) : null);
        } finally {
            lock.unlock();
        }
    }

    /** How many clients are known. */
    int size() {
        lock.lock();
        try {
            return forgottenAt.size();
        } finally {
            lock.unlock();
        }
    }
}
