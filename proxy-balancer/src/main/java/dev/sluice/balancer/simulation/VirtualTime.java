package dev.sluice.balancer.simulation;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock of one simulation, which jumps from event to event. Tasks are events; nothing can wait, as there is one
 * thread. Begins at 0, which is 1970-01-01T00:00:00Z on its wall clock.
 */
final class VirtualTime implements TimeSource {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualTime.class);

    private final EventHeap events = new EventHeap();
    private long nanos;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.ofEpochSecond(0, nanos);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        Task event = new Task(task);
        long at = deadline(delay.isNegative() ? Duration.ZERO : delay);
        if (at != NEVER) {
            events.put(event, at);
        }
        return () -> events.remove(event);
    }

    /**
     * Answers without waiting, or not at all.
     *
     * @throws IllegalStateException if it would have to wait
     */
    @Override
    public boolean await(Signal signal, long deadlineNanos) {
        if (!signal.fired() && deadlineNanos > nanos) {
            throw new IllegalStateException("nothing can wait in a simulation: it has one thread");
        }
        return signal.fired();
    }

    /** Runs the call at once. */
    @Override
    public void handOff(String name, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("{} failed", name, failure);
        }
    }

    /** Runs {@code work} as its own event, at this time. */
    @Override
    public Signal start(String name, Runnable work) {
        Signal ended = new Signal();
        events.put(
                new Task(() -> {
                    try {
                        work.run();
                    } finally {
                        ended.fire();
                    }
                }),
                nanos);
        return ended;
    }

    /** Makes the event happen at a time that is not over; never for {@link #NEVER}. */
    void put(Event event, long atNanos) {
        if (atNanos == NEVER) {
            events.remove(event);
        } else {
            events.put(event, atNanos);
        }
    }

    /**
     * Makes the event happen at this time, before all others of that time; several of these happen in the order of
     * their numbers.
     */
    void putFirst(Event event, long number) {
        events.put(event, nanos, Long.MIN_VALUE + number);
    }

    void remove(Event event) {
        events.remove(event);
    }

    /** Lets the next event happen, unless there is none before or at {@code limitNanos}. */
    boolean step(long limitNanos) {
        if (events.nextNanos() > limitNanos) {
            return false;
        }
        Event event = events.next();
        nanos = event.nanos;
        event.happen();
        return true;
    }

    private static final class Task extends Event {
        private final Runnable task;

        Task(Runnable task) {
            this.task = task;
        }

        @Override
        void happen() {
            try {
                task.run();
            } catch (RuntimeException | Error fault) {
                LOG.error("a task of a simulation failed", fault);
            }
        }
    }
}
