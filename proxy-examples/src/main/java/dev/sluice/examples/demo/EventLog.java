package dev.sluice.examples.demo;

import dev.sluice.balancer.PoolEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The events of the origins and members, one line each. Safe for use by many threads. */
final class EventLog implements PoolEvent.Listener {
    private static final int KEPT = 6;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Deque<String> latest = new ArrayDeque<>();
    private final List<String> fresh = new ArrayList<>();

    synchronized void add(String event) {
        String line = TIME.format(Instant.now()) + "  " + event;
        fresh.add(line);
        latest.add(line);
        if (latest.size() > KEPT) {
            latest.remove();
        }
    }

    /** Adds the events that change a member's health. */
    @Override
    public void changed(PoolEvent event) {
        switch (event.kind()) {
            case UP, DOWN, EJECTED, REINSTATED -> add(event.member() + " is " + event.kind() + ": " + event.reason());
            default -> {}
        }
    }

    /** The latest events, oldest first. */
    synchronized List<String> latest() {
        return List.copyOf(latest);
    }

    /** Returns the events that have come since the previous call. */
    synchronized List<String> drain() {
        List<String> all = List.copyOf(fresh);
        fresh.clear();
        return all;
    }
}
