package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.PlainWire;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that wait for input and have no thread: one thread waits for all of them in a selector, and hands each
 * on when it has input or has ended. That thread only selects: it reads nothing, and what it calls does not block. Safe
 * for use by many threads.
 *
 * <p>A connection belongs either to its thread, or to the selector from {@link #add} until it is handed on. Only the
 * selector's thread registers one, and always after a selection: the key with which the connection was here before has
 * gone by then, and otherwise there would be an exception.
 */
final class InputSelector {
    private static final Logger LOG = LoggerFactory.getLogger(InputSelector.class);

    /** The wait after a failure, as selecting again at once would only fail again. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How long until it tries again to find threads for the connections that wait for one, in milliseconds. */
    private static final int AGAIN_MILLIS = 20;

    private final Selecting selecting;
    private final TimeSource time;
    private final Consumer<Waiter> ready;
    private final Runnable again;
    private final BooleanSupplier lacking;
    private final LogLimit log;
    private final Queue<Waiter> arriving = new ConcurrentLinkedQueue<>();
    private final Queue<Waiter> readable = new ArrayDeque<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Signal closed = new Signal();
    private volatile Selector selector;
    private volatile boolean began;

    /** What waits. */
    interface Waiter {
        /** Where its input comes. */
        PlainWire wire();

        /** Ends it: it has been closed. */
        void close();
    }

    /** The operating system's part. */
    @FunctionalInterface
    interface Selecting {
        /** A new selector. */
        default Selector open() throws IOException {
            return Selector.open();
        }

        /** One selection, with a timeout in milliseconds, or without an end for 0. */
        int select(Selector selector, Consumer<SelectionKey> action, long timeout) throws IOException;
    }

    /**
     * A selector without connections; {@link #run} it on a thread of its own.
     *
     * @param ready takes a connection that has input or has ended, and does not block
     * @param again tries to find threads for the connections that wait for one
     * @param lacking whether some wait
     * @throws IOException if there is no descriptor for it
     */
    InputSelector(Selecting selecting, TimeSource time, Consumer<Waiter> ready, Runnable again, BooleanSupplier lacking)
            throws IOException {
        this.selecting = selecting;
        this.time = time;
        this.ready = ready;
        this.again = again;
        this.lacking = lacking;
        this.log = new LogLimit(1, time::nanos);
        this.selector = selecting.open();
    }

    /** Takes a connection over, until it has input or has ended. */
    void add(Waiter connection) {
        arriving.add(connection);
        wake();
    }

    /** Lets it look again: a connection has been closed, whose descriptor is free only then, or one needs a thread. */
    void wake() {
        if (asleep.getAndSet(false)) {
            selector.wakeup();
        }
    }

    /** Runs until it is closed. */
    void run() {
        began = true;
        try {
            while (!closed.fired()) {
                selectOrRecover();
            }
        } finally {
            close(selector);
        }
    }

    /** Whatever fails, there must be somebody who selects. */
    private void selectOrRecover() {
        try {
            select();
        } catch (IOException | RuntimeException | Error failure) {
            try {
                recover(failure);
            } catch (RuntimeException | Error again) {
                pause();
            }
        }
    }

    private void select() throws IOException {
        again.run();
        // A user's executor has run in that. With an interrupt, no selection would wait.
        Thread.interrupted();
        asleep.set(true);
        // Who adds one from here on, lacks a thread, or closes, wakes the selector.
        boolean wait = lacking.getAsBoolean();
        boolean busy = !arriving.isEmpty() || closed.fired();
        Selector current = selector;
        if (busy) {
            current.selectNow(this::note);
        } else {
            selecting.select(current, this::note, wait ? AGAIN_MILLIS : 0);
        }
        asleep.set(false);
        for (Waiter next = arriving.poll(); next != null; next = arriving.poll()) {
            register(next, current);
        }
        handOn();
    }

    private void note(SelectionKey key) {
        readable.add((Waiter) key.attachment());
        key.cancel();
    }

    private void register(Waiter connection, Selector current) {
        try {
            connection.wire().register(current, connection);
        } catch (ClosedChannelException gone) {
            connection.close();
        } catch (IOException | RuntimeException | Error failure) {
            // Its thread meets the failure too, or waits for the input itself. Nobody else has it.
            readable.add(connection);
        }
    }

    private void handOn() {
        for (Waiter next = readable.poll(); next != null; next = readable.poll()) {
            ready.accept(next);
        }
    }

    /** All connections go to a new selector, or where there is none, to threads. */
    private void recover(Throwable failure) {
        try {
            log.happened(times -> LOG.error(
                    "waiting for the input of connections failed, {} times since the last such line", times, failure));
            Selector old = selector;
            // If there was no new one the last time, it is closed already.
            for (SelectionKey key : old.isOpen() ? old.keys() : Set.<SelectionKey>of()) {
                if (key.isValid()) {
                    arriving.add((Waiter) key.attachment());
                }
            }
            close(old);
            handOn();
            selector = selecting.open();
        } catch (IOException | RuntimeException | Error again) {
            handOn();
            for (Waiter next = arriving.poll(); next != null; next = arriving.poll()) {
                ready.accept(next);
            }
            pause();
        }
    }

    private void pause() {
        try {
            time.await(closed, time.deadline(PAUSE));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it. Connections that are still here are to be closed before. */
    void close() {
        closed.fire();
        wake();
        if (!began) {
            close(selector);
        }
    }

    private static void close(Selector selector) {
        try {
            selector.close();
        } catch (IOException failure) {
            LOG.debug("closing a selector failed", failure);
        }
    }
}
