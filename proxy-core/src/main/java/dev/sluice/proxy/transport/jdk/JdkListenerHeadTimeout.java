package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Limits the time in which a client sends a request's head, with the TLS handshake: the JDK's server has no such limit.
 * The time runs from the first byte, when the server's dispatcher hands the connection to this executor, to {@link
 * #reached()}; after it the thread that reads is interrupted, which closes the connection.
 */
final class JdkListenerHeadTimeout implements Executor {
    private static final ThreadLocal<@Nullable JdkExchangeGuard> READING = new ThreadLocal<>();

    private final Executor executor;
    private final JdkListenerWatch watch;
    private final Duration timeout;

    JdkListenerHeadTimeout(Executor executor, JdkListenerWatch watch, Duration timeout) {
        this.executor = executor;
        this.watch = watch;
        this.timeout = timeout;
    }

    /** Reports that the calling thread has read a head and is in the handler. */
    static void reached() {
        JdkExchangeGuard guard = READING.get();
        if (guard != null) {
            READING.remove();
            guard.exit();
        }
    }

    @Override
    public void execute(Runnable exchange) {
        TimeSource time = watch.time();
        long deadline = time.deadline(timeout);
        executor.execute(() -> run(exchange, deadline));
    }

    private void run(Runnable exchange, long deadline) {
        JdkExchangeGuard guard = new JdkExchangeGuard(watch, late -> late.interrupt(Outcome.BAD_REQUEST));
        watch.add(guard);
        try {
            READING.set(guard);
            guard.enter(deadline);
            exchange.run();
        } finally {
            reached();
            watch.remove(guard);
        }
    }
}
