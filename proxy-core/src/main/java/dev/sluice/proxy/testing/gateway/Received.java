package dev.sluice.proxy.testing.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The requests of a gateway, in the order in which they came. Safe for use by many threads. */
final class Received {
    /** Nobody waits longer, and as nanoseconds it is a number. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final Set<ReceivedRequest> verified = new HashSet<>();
    private int count;
    private int taken;

    /** The number for the next request. */
    synchronized int nextNumber() {
        return ++count;
    }

    synchronized void add(ReceivedRequest request) {
        requests.add(request);
        notifyAll();
    }

    synchronized List<ReceivedRequest> all() {
        return List.copyOf(requests);
    }

    /** Those of them that match. */
    List<ReceivedRequest> all(RequestMatch match) {
        return all().stream().filter(match::matches).toList();
    }

    /** The test has verified these. */
    synchronized void verified(List<ReceivedRequest> some) {
        verified.addAll(some);
    }

    /** Those that the test has not verified. */
    synchronized List<ReceivedRequest> unverified() {
        return requests.stream().filter(request -> !verified.contains(request)).toList();
    }

    /** Waits, in real time, for the first request that was not taken yet; null if none comes. */
    synchronized @Nullable ReceivedRequest take(Duration most) throws InterruptedException {
        await(taken + 1, most);
        ReceivedRequest next = taken < requests.size() ? requests.get(taken++) : null;
        if (next != null) {
            verified.add(next);
        }
        return next;
    }

    /** Waits, in real time, until so many match; returns those that do, perhaps fewer. */
    List<ReceivedRequest> await(int size, RequestMatch match, Duration most) throws InterruptedException {
        long end = end(most);
        while (true) {
            List<ReceivedRequest> seen = all();
            List<ReceivedRequest> found = seen.stream().filter(match::matches).toList();
            Duration left = Duration.ofNanos(end - System.nanoTime());
            // The match may be a function of the test, so no lock is held for it.
            if (found.size() >= size || !await(seen.size() + 1, left)) {
                return found;
            }
        }
    }

    /** Waits, in real time, until there are so many; returns whether there are. */
    private synchronized boolean await(int size, Duration most) throws InterruptedException {
        long end = end(most);
        while (requests.size() < size) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    private static long end(Duration most) {
        return System.nanoTime() + (most.compareTo(LONGEST) > 0 ? LONGEST : most).toNanos();
    }

    synchronized void clear() {
        requests.clear();
        verified.clear();
        taken = 0;
    }

    /** What there is now, to come back to. What came before and was not taken yet can still be taken. */
    synchronized Runnable mark() {
        Set<ReceivedRequest> before = new HashSet<>(requests);
        return () -> keep(before);
    }

    /** By themselves and not by their number: a reset may have dropped some of them since. */
    private synchronized void keep(Set<ReceivedRequest> before) {
        requests.retainAll(before);
        verified.retainAll(before);
        taken = Math.min(taken, requests.size());
    }
}
