package dev.sluice.examples.grid;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link GridStore} needs of a data grid: values by name, which end by themselves after a time to live, and one log.
 * Implement it with the client of your grid. Nobody changes an array that it was given or has returned.
 *
 * <p>A call that fails, or takes longer than some hundred milliseconds, must throw an {@link IOException}: the proxy then
 * does without the grid. Safe for use by many threads.
 */
public interface Grid {
    /** The value of this name, or null if there is none. It is what the last change by any proxy has made it. */
    byte @Nullable [] get(String name) throws IOException;

    /** Sets a value. Listeners need not be told. */
    void put(String name, byte[] value, Duration life) throws IOException;

    /**
     * Changes a value in one step, if it is what is expected, and tells the listeners of all proxies.
     *
     * @param expected compared byte by byte; null if there must be none
     * @param value null to remove it
     * @return whether it was what is expected
     */
    boolean replace(String name, byte @Nullable [] expected, byte @Nullable [] value, Duration life) throws IOException;

    /** Gives a value another time to live, from now on. Has no effect if there is none. Listeners need not be told. */
    void expire(String name, Duration life) throws IOException;

    /** Removes a value. Listeners need not be told. */
    void remove(String name) throws IOException;

    /**
     * Appends an entry to the log, and tells the listeners of all proxies.
     *
     * @return its number: the microseconds since 1970 by the grid's clock, or one more than the number of the last entry if
     *     that is greater. Who sees an entry sees all with lesser numbers
     */
    long append(String entry, Duration life) throws IOException;

    /** All entries of the log with greater numbers than this one, in their order. */
    List<Logged> after(long number) throws IOException;

    /** From now on, tells this listener of what any proxy changes, this one included, until the result is closed. */
    Listening listen(Listener listener);

    /**
     * An entry of the log.
     *
     * @param number see {@link Grid#append}
     */
    record Logged(long number, String entry) {}

    /** Ends the calls to a {@link Listener}. */
    @FunctionalInterface
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /** Is told of changes, in any order and by any thread. It does not block, and does not call the grid. */
    interface Listener {
        /** A value has been changed by {@link Grid#replace}. */
        void changed(String name);

        /** The log has a new entry. */
        void appended();

        /**
         * Whether changes are told. It begins with false; the grid calls this with true as soon as it tells of each change,
         * with false when it may miss one, such as at a lost connection, and with true again.
         */
        void hears(boolean now);
    }
}
