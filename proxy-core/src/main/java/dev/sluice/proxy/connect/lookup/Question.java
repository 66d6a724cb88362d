package dev.sluice.proxy.connect.lookup;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One look-up of a name. It runs once, for any number of waiting exchanges. */
public final class Question {
    private static final long NOT_BEGUN = -1;

    final TimeSource time;

    private final Signal done = new Signal();

    /** The tickets of those who wait for it to begin, by client. Guarded by the lock of {@link Lookups}. */
    final Map<Object, Lookups.Ticket> tickets = new HashMap<>(2);

    private final String host;
    private final Source source;
    private final Consumer<Question> settle;
    private volatile long begunNanos = NOT_BEGUN;
    private volatile @Nullable Answer answer;
    private volatile @Nullable Throwable failure;

    /** Who knows the addresses. May block, also inside the operating system. */
    @FunctionalInterface
    public interface Source {
        /** The addresses of a host, in the order in which to try them. */
        List<InetAddress> resolve(String host) throws IOException;
    }

    /**
     * A question that nobody has asked yet: {@link Lookups#enter} does.
     *
     * @param settle is called before the signal fires, on the thread of the look-up
     */
    public Question(String host, Source source, TimeSource time, Consumer<Question> settle) {
        this.host = host;
        this.source = source;
        this.time = time;
        this.settle = settle;
    }

    void begin() {
        begunNanos = time.nanos();
    }

    /** Returns whether the source has been asked. */
    public boolean begun() {
        return begunNanos != NOT_BEGUN;
    }

    /** Returns whether the source has been at it for so long. */
    public boolean takes(long nanos) {
        long since = begunNanos;
        return since != NOT_BEGUN && time.nanos() - since >= nanos;
    }

    /** Asks its source, on the calling thread. */
    void run() {
        try {
            List<InetAddress> found = source.resolve(host);
            if (found.isEmpty()) {
                throw new UnknownHostException("no address of " + host);
            }
            answer = new Answer(found);
        } catch (Throwable why) {
            failure = why;
        }
        end();
    }

    void fail(Throwable why) {
        failure = why;
        end();
    }

    private void end() {
        try {
            settle.accept(this);
        } finally {
            done.fire();
        }
    }

    /** Fires when there is an answer or a failure. */
    public Signal done() {
        return done;
    }

    /** The answer, or null while there is none and when there is a failure instead. */
    public @Nullable Answer answer() {
        return answer;
    }

    /** The failure, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }
}
