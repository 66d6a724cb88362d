package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.change.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The requests of a gateway, in the order of their numbers. Safe for use by many threads. */
final class Received {
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final Set<ReceivedRequest> verified = new HashSet<>();
    private final Change change = new Change();
    private int count;
    private int taken;

    /** The number that the next request has. */
    synchronized int nextNumber() {
        return count + 1;
    }

    /** Adds a request as the next one; returns it with its number. */
    ReceivedRequest add(ReceivedRequest request) {
        ReceivedRequest numbered;
        synchronized (this) {
            numbered = request.numbered(++count);
            requests.add(numbered);
        }
        change.tell();
        return numbered;
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
    @Nullable
    ReceivedRequest take(Duration most) throws InterruptedException {
        AtomicReference<ReceivedRequest> next = new AtomicReference<>();
        change.await(() -> takeNow(next), most);
        return next.get();
    }

    private synchronized boolean takeNow(AtomicReference<ReceivedRequest> next) {
        if (taken == requests.size()) {
            return false;
        }
        ReceivedRequest first = requests.get(taken++);
        verified.add(first);
        next.set(first);
        return true;
    }

    /** Waits, in real time, until so many match; returns those that do, perhaps fewer. */
    List<ReceivedRequest> await(int size, RequestMatch match, Duration most) throws InterruptedException {
        AtomicReference<List<ReceivedRequest>> found = new AtomicReference<>(List.of());
        change.await(
                () -> {
                    found.set(all(match));
                    return found.get().size() >= size;
                },
                most);
        return found.get();
    }

    synchronized void clear() {
        requests.clear();
        verified.clear();
        taken = 0;
    }

    /** What there is now, to come back to. What came before and was not taken yet can still be taken. */
    synchronized Runnable mark() {
        Set<ReceivedRequest> before = new HashSet<>(requests);
        return () -> dropAllBut(before);
    }

    private synchronized void dropAllBut(Set<ReceivedRequest> before) {
        requests.retainAll(before);
        verified.retainAll(before);
        taken = Math.min(taken, requests.size());
    }
}
