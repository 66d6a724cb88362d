package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with connections before a request. A connection's own number goes before what is said of all, and that
 * before what is said of a server's name, which is known last. Safe for use by many threads.
 */
final class ConnectionScript {
    private final boolean seesRefused;
    private Spans<Fault> numbered = new Spans<>();
    /** For a number of which something was said: of how many from it on. */
    private final Map<Integer, Long> counts = new HashMap<>();

    private final Map<String, Faults> named = new HashMap<>();
    private @Nullable Faults all;
    private int accepted;
    private boolean refusing;

    /**
     * A connection.
     *
     * @param number from 1; 0 if all are refused
     * @param fault what goes wrong with it, or null
     * @param counted whether the test meant this connection, and not whichever comes
     */
    record Accepted(int number, @Nullable Fault fault, boolean counted) {}

    /**
     * A script without faults.
     *
     * @param seesRefused whether connections that are refused can be counted: those of a socket cannot
     */
    ConnectionScript(boolean seesRefused) {
        this.seesRefused = seesRefused;
    }

    /** The next connection. */
    synchronized Accepted accept() {
        if (refusing) {
            return new Accepted(0, Fault.REFUSE, false);
        }
        int number = ++accepted;
        Fault own = numbered.at(number);
        if (own != null) {
            return new Accepted(number, own, true);
        }
        Fault any = all == null ? null : all.next();
        return new Accepted(number, any, all != null && !all.isEndless());
    }

    /** What goes wrong in the handshake of a connection that asks for this name; null for nothing. */
    synchronized @Nullable Fault inHandshake(Accepted connection, @Nullable String serverName) {
        Faults own = named.get(serverName);
        return connection.fault() != null || own == null ? connection.fault() : own.next();
    }

    /** Refuses all, or no longer. */
    synchronized void refuse(boolean on) {
        refusing = on;
    }

    synchronized boolean refusing() {
        return refusing;
    }

    /**
     * Lets so many connections fail from a number on; after what was said of it, or instead.
     *
     * @throws IllegalArgumentException if one of them has come already, or cannot fail in this way; then nothing changes
     */
    synchronized void add(int number, int times, Fault fault, boolean behind) {
        long before = behind ? counts.getOrDefault(number, 0L) : 0;
        long from = number + before;
        require("connection " + from, fault);
        if (from <= accepted) {
            throw new IllegalArgumentException(
                    "connection " + from + " has come already: the next one is " + (accepted + 1));
        }
        if (!behind) {
            forget(number);
        }
        numbered.put(from, from + times, fault);
        counts.put(number, before + times);
    }

    /** Lets connections that ask for a name fail, or all for null; after what was said of them, or instead. */
    synchronized void add(@Nullable String name, int times, Fault fault, boolean behind) {
        require(name == null ? "connections" : "connections to " + name, fault);
        if (name != null && fault.kind() == Fault.Kind.REFUSE) {
            throw new IllegalArgumentException("connections to " + name
                    + " cannot fail with REFUSE: a client names the server once it is connected");
        }
        Faults before = name == null ? all : named.get(name);
        Faults faults = behind && before != null ? before : new Faults();
        faults.add(times, fault);
        if (name == null) {
            all = faults;
        } else {
            named.put(name, faults);
        }
    }

    private void require(String which, Fault fault) {
        if (!fault.kind().ofConnection || fault.place() != Fault.Place.INSTEAD) {
            throw new IllegalArgumentException(
                    which + " cannot fail with " + fault + ", which needs an answer: give it to a stub");
        }
        if (fault.kind() == Fault.Kind.REFUSE && !seesRefused) {
            throw new IllegalArgumentException(which
                    + " cannot fail with REFUSE, as a gateway with a socket does not see whom it refuses:"
                    + " use refuse() and listen()");
        }
    }

    /** Forgets what was said of a number, and of others behind it. */
    synchronized void forget(int number) {
        Long count = counts.remove(number);
        numbered.cut(number, number + (count == null ? 1 : count));
    }

    /** Forgets what was said of a name, or of all for null. */
    synchronized void forget(@Nullable String name) {
        if (name == null) {
            all = null;
        } else {
            named.remove(name);
        }
    }

    /** Forgets everything that was said; the numbers go on. */
    synchronized void clear() {
        numbered = new Spans<>();
        counts.clear();
        named.clear();
        all = null;
    }

    /** What there is now, to come back to. */
    synchronized Runnable mark() {
        Spans<Fault> numberedBefore = new Spans<>(numbered);
        Map<Integer, Long> countsBefore = new HashMap<>(counts);
        Map<String, Faults> namedBefore = new HashMap<>(named);
        Faults allBefore = all;
        List<Runnable> marks = new ArrayList<>();
        named.values().forEach(faults -> marks.add(faults.mark()));
        if (all != null) {
            marks.add(all.mark());
        }
        return () -> {
            synchronized (this) {
                restore(numberedBefore, namedBefore, allBefore);
                counts.putAll(countsBefore);
                marks.forEach(Runnable::run);
            }
        };
    }

    private synchronized void restore(Spans<Fault> numbers, Map<String, Faults> names, @Nullable Faults every) {
        clear();
        numbered = new Spans<>(numbers);
        named.putAll(names);
        all = every;
    }

    /** Faults one after another; then nothing goes wrong, or the last one goes on. */
    private static final class Faults {
        private static final long NEVER = Long.MAX_VALUE;

        private final Spans<Fault> spans = new Spans<>();
        private long used;

        boolean isEndless() {
            return spans.end() == NEVER;
        }

        void add(int times, Fault fault) {
            if (isEndless()) {
                throw new IllegalStateException("what was said before goes on without an end");
            }
            long from = Math.max(used, spans.end());
            spans.put(from, times == ConnectionFaults.ENDLESS ? NEVER : from + times, fault);
        }

        @Nullable
        Fault next() {
            return spans.at(used++);
        }

        /** What there is now, to come back to; those that have happened since do not come again. */
        Runnable mark() {
            long end = spans.end();
            return () -> spans.cut(end, NEVER);
        }
    }
}
