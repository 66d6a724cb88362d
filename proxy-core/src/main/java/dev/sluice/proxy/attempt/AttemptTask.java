package dev.sluice.proxy.attempt;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import org.jspecify.annotations.Nullable;

/**
 * The work of an attempt that runs beside others: it sends, or it reads the whole response. {@link #run} is for its own
 * thread, the rest for the exchange's.
 */
final class AttemptTask {
    private final Attempt attempt;
    private final @Nullable ProxyRequest request;
    private volatile @Nullable ProxyResponse response;
    private volatile @Nullable Throwable failure;

    /**
     * A task.
     *
     * @param request what it sends; null for one that reads the response whole
     */
    AttemptTask(Attempt attempt, @Nullable ProxyRequest request) {
        this.attempt = attempt;
        this.request = request;
    }

    Attempt attempt() {
        return attempt;
    }

    void run() {
        try {
            response = request == null ? attempt.whole() : attempt.send(request);
        } catch (Throwable cause) {
            failure = cause;
        }
    }

    /** Returns whether it reads a response whole. */
    boolean holds() {
        return request == null;
    }

    /** Returns whether there is a response or a failure. */
    boolean settled() {
        return response != null || failure != null;
    }

    /** What the attempt got, or null. */
    @Nullable
    ProxyResponse response() {
        return response;
    }

    /** Why it got no response, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
