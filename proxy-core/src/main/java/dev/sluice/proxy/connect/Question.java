package dev.sluice.proxy.connect;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One look-up of a name. It runs once, however many wait for it. */
final class Question {
    private static final long NOT_BEGUN = -1;

    final TimeSource time;

    /** Fires when there is an answer or a failure. */
    final Signal done = new Signal();

    /** The tickets of those who wait for it to begin, by client. Guarded by the lock of {@link Lookups}. */
    final Map<Object, Lookups.Ticket> tickets = new HashMap<>(2);

    private final String host;
    private final Resolver resolver;
    private final Consumer<Question> settle;
    private volatile long begunNanos = NOT_BEGUN;
    private volatile @Nullable Answer answer;
    private volatile @Nullable Throwable failure;

    /** @param settle is called before the signal fires, on the thread of the look-up */
    Question(String host, Resolver resolver, TimeSource time, Consumer<Question> settle) {
        this.host = host;
        this.resolver = resolver;
        this.time = time;
        this.settle = settle;
    }

    void begin() {
        begunNanos = time.nanos();
    }

    boolean begun() {
        return begunNanos != NOT_BEGUN;
    }

    /** Returns whether the resolver has been at it for so long. */
    boolean takes(long nanos) {
        long since = begunNanos;
        return since != NOT_BEGUN && time.nanos() - since >= nanos;
    }

    /** Asks the resolver, on the calling thread. */
    void run() {
        try {
            List<InetAddress> found = resolver.resolve(host);
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

    /** The answer, or null while there is none and when there is a failure instead. */
    @Nullable
    Answer answer() {
        return answer;
    }

    /** The failure, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
