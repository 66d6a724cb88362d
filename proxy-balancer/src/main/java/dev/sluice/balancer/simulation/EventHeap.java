package dev.sluice.balancer.simulation;

import dev.sluice.proxy.time.TimeSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events to come: a binary heap in which each event knows its place, so that a cancelled one leaves at once. Most
 * timeouts are cancelled, and would otherwise fill most of the heap.
 */
final class EventHeap {
    private @Nullable Event[] heap = new Event[64];
    private int size;
    private long orders;

    /** Puts the event at a time, from wherever it was; behind all that are there at that time. */
    void put(Event event, long nanos) {
        put(event, nanos, orders++);
    }

    /** The same, with an order of the caller's. */
    void put(Event event, long nanos, long order) {
        event.nanos = nanos;
        event.order = order;
        if (event.place < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            rise(event, size++);
        } else {
            int place = event.place;
            rise(event, place);
            if (event.place == place) {
                sink(event, place);
            }
        }
    }

    /** Takes the event back, if it is there. */
    void remove(Event event) {
        int place = event.place;
        if (place < 0) {
            return;
        }
        event.place = -1;
        Event last = at(--size);
        heap[size] = null;
        if (place < size) {
            rise(last, place);
            if (last.place == place) {
                sink(last, place);
            }
        }
    }

    /** When the next event is, or {@link TimeSource#NEVER}. */
    long nextNanos() {
        return size == 0 ? TimeSource.NEVER : at(0).nanos;
    }

    /** Takes the next event, of which there must be one. */
    Event next() {
        Event first = at(0);
        remove(first);
        return first;
    }

    private void rise(Event event, int from) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            Event above = at(parent);
            if (!before(event, above)) {
                break;
            }
            set(place, above);
            place = parent;
        }
        set(place, event);
    }

    private void sink(Event event, int from) {
        int place = from;
        int half = size >>> 1;
        while (place < half) {
            int child = 2 * place + 1;
            if (child + 1 < size && before(at(child + 1), at(child))) {
                child++;
            }
            Event below = at(child);
            if (!before(below, event)) {
                break;
            }
            set(place, below);
            place = child;
        }
        set(place, event);
    }

    private void set(int place, Event event) {
        heap[place] = event;
        event.place = place;
    }

    private Event at(int place) {
        Event event = heap[place];
        if (event == null) {
            throw new IllegalStateException("no event at place " + place);
        }
        return event;
    }

    private static boolean before(Event one, Event other) {
        return one.nanos != other.nanos ? one.nanos < other.nanos : one.order < other.order;
    }
}
