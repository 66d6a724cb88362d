package dev.sluice.proxy.attempt;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.time.TimeSource;
import org.jspecify.annotations.Nullable;

/** An attempt that runs beside others. {@link #run} is for its own thread, the rest for the exchange's. */
final class AttemptTask {
    private final Attempt attempt;
    private final ProxyRequest request;
    private long slowAtNanos;
    private volatile @Nullable ProxyResponse response;
    private volatile @Nullable Throwable failure;

    AttemptTask(Attempt attempt, ProxyRequest request, long slowAtNanos) {
        this.attempt = attempt;
        this.request = request;
        this.slowAtNanos = slowAtNanos;
    }

    Attempt attempt() {
        return attempt;
    }

    void run() {
        try {
            response = attempt.send(request);
        } catch (Throwable cause) {
            failure = cause;
        }
    }

    /** Tells whether there is a response or a failure. */
    boolean settled() {
        return response != null || failure != null;
    }

    /** What the attempt got, or null. */
    @Nullable
    ProxyResponse response() {
        return response;
    }

    /** Why it got nothing, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** When it is slow; never once that has been told. */
    long slowAtNanos() {
        return slowAtNanos;
    }

    void toldSlow() {
        slowAtNanos = TimeSource.NEVER;
    }
}
