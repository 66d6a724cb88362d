package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Pace;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of a client's request, as it arrives. If the client waits for a {@code 100 (Continue)}, the first read sends
 * it. After a failed read, no read succeeds. One thread reads; the others may be called from any.
 */
final class RequestBody extends BulkInputStream {
    /** A body that has sent nothing for this long has stopped. */
    private static final long FLOWING_NANOS = 1_000_000_000L;

    private final Wire wire;
    private final InputBuffer input;
    private final Exchange scope;
    private final long length;
    private final boolean untilEnd;
    private final @Nullable ChunkedReader chunks;
    private final Supplier<Headers> trailers;
    private final @Nullable Interim continues;
    private long left;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean asked;
    private @Nullable Pace pace;
    private volatile boolean abandoned;
    private volatile @Nullable ProxyException failure;
    private volatile @Nullable ProxyException stopped;
    private volatile long movedNanos;
    private volatile boolean ended;

    /** Asks the client for the body; fails if the final response is already on its way. */
    @FunctionalInterface
    interface Interim {
        void askForBody() throws IOException;
    }

    /**
     * A body whose first byte is the next one of {@code input}.
     *
     * @param chunks reads a body in chunks; null when its length ends it, or the end of the input
     * @param trailers what has come behind it, once it has ended
     * @param continues asks for the body, or null if the client sends it without being asked
     */
    RequestBody(
            Wire wire,
            InputBuffer input,
            Exchange scope,
            Framing framing,
            @Nullable ChunkedReader chunks,
            Supplier<Headers> trailers,
            @Nullable Interim continues) {
        this.wire = wire;
        this.input = input;
        this.scope = scope;
        this.length = framing.length();
        this.left = framing.length();
        this.untilEnd = framing.kind() == Framing.Kind.UNTIL_CLOSE;
        this.chunks = chunks;
        this.trailers = trailers;
        this.continues = continues;
        this.movedNanos = scope.time().nanos();
    }

    /** The body as a request carries it. */
    Body body() {
        return Body.of(this, length, this::trailers);
    }

    /** Returns whether the last byte has been read, so that the next request begins where the input is. */
    boolean ended() {
        return ended;
    }

    /**
     * Returns whether the unread rest has arrived, so that it can be skipped. It is not skipped at once, since the
     * writer of the response may still read it: for the response, or for an origin that has answered early.
     */
    boolean isHere() {
        if (ended) {
            return true;
        }
        if (!turn.tryLock()) {
            // A read is under way, and may wait.
            return false;
        }
        try {
            return ended || (chunks == null && !untilEnd && failure == null && left <= input.available());
        } finally {
            turn.unlock();
        }
    }

    /** The bytes of what comes next that have been read, once all of the body {@link #isHere()}. */
    int behind() {
        return (int) Math.max(0, input.available() - (ended ? 0 : left));
    }

    /** Returns whether a read has failed, so that the input says nothing more about the client. */
    boolean failed() {
        return failure != null;
    }

    /**
     * Skips what {@link #isHere()}, once nobody is to read any more; returns whether the next request begins where the
     * input is.
     */
    boolean skip() {
        if (ended) {
            return true;
        }
        abandon(TimeSource.NEVER);
        byte[] ignored = new byte[(int) Math.min(left, 4096)];
        try {
            while (left > 0) {
                int n = input.read(ignored, 0, (int) Math.min(ignored.length, left));
                if (n < 0) {
                    return false;
                }
                left -= n;
            }
        } catch (IOException broken) {
            return false;
        }
        ended = true;
        return true;
    }

    /**
     * Lets no further read begin, and waits for the present one, until {@code deadlineNanos} at the latest. After that
     * the input belongs to the caller.
     */
    @SuppressWarnings("LockNotBeforeTry") // Nothing is done with the lock: it is free once the read is over.
    void abandon(long deadlineNanos) {
        abandoned = true;
        wire.readDeadline(deadlineNanos);
        turn.lock();
        try {
            // Here no read is under way, and none begins.
            abandoned = true;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public int read(byte[] target, int offset, int want) throws IOException {
        if (ended) {
            return -1;
        }
        if (want == 0) {
            return 0;
        }
        turn.lock();
        try {
            return readInTurn(target, offset, want);
        } finally {
            turn.unlock();
        }
    }

    private int readInTurn(byte[] target, int offset, int want) throws IOException {
        if (failure != null) {
            throw failure;
        }
        requireWanted();
        if (Thread.currentThread().isInterrupted() && available() == 0) {
            // A channel closes under an interrupted thread, and with it the way for the answer.
            throw failed(Outcome.SHUT_DOWN, "interrupted before the request's body was read", null);
        }
        Timeouts timeouts = Timeouts.of(scope);
        long mostNanos = pace().begin(scope.time().nanos(), 0);
        boolean slow = mostNanos < scope.time().deadline(timeouts.idle());
        try {
            ask();
            if (slow) {
                wire.readDeadline(mostNanos);
            } else {
                wire.readTimeout(timeouts.idle());
            }
            return readAsked(target, offset, want);
        } catch (ProxyException why) {
            failure = why;
        } catch (WireTimeoutException late) {
            failure = late(timeouts, slow, late);
        } catch (IOException gone) {
            failure = failed(Outcome.CLIENT_BODY_FAILED, "reading the request's body failed: " + gone, gone);
        }
        throw failure;
    }

    private int readAsked(byte[] target, int offset, int want) throws IOException {
        // Again, after the deadline was set: to give the body up sets it later.
        requireWanted();
        int n = readOn(target, offset, want);
        movedNanos = scope.time().nanos();
        pace().moved(movedNanos, Math.max(0, n));
        requireWanted();
        return n;
    }

    private ProxyException late(Timeouts timeouts, boolean slow, WireTimeoutException late) {
        ProxyException why = stopped;
        String what = slow
                ? "the request's body came slower than " + timeouts.minRate()
                : "nothing more of the request's body within " + DurationText.of(timeouts.idle());
        return why != null ? why : failed(Outcome.CLIENT_BODY_TIMEOUT, what, late);
    }

    /** The route may have its own rate, which is known once the body is read. */
    private Pace pace() {
        Pace known = pace;
        if (known == null) {
            MinRate rate = Timeouts.of(scope).minRate();
            known = Pace.of(rate.bytesPerSecond(), rate.grace());
            pace = known;
        }
        return known;
    }

    /**
     * Fails the present read, and all later ones, with {@code why}. While bytes are coming, the next ones end the
     * present read and the input stays usable, so that the rest of a client's body can still be read. It does not wait
     * for a silent client.
     */
    void stop(ProxyException why) {
        stopped = why;
        long now = scope.time().nanos();
        if (now - movedNanos < FLOWING_NANOS) {
            wire.readDeadline(now + FLOWING_NANOS);
        } else {
            wire.breakInput(why);
        }
    }

    private void requireWanted() throws IOException {
        ProxyException why = stopped;
        if (why != null) {
            throw why;
        }
        if (abandoned) {
            throw new IOException("the exchange is over");
        }
    }

    private void ask() throws IOException {
        if (!asked && continues != null && input.available() == 0) {
            continues.askForBody();
        }
        asked = true;
    }

    private int readOn(byte[] target, int offset, int want) throws IOException {
        if (untilEnd) {
            return counted(input.read(target, offset, want));
        }
        return chunks != null ? counted(chunks.read(target, offset, want)) : readFixed(target, offset, want);
    }

    private int counted(int n) {
        if (n > 0) {
            scope.notes().addRequestBytes(n);
        }
        ended = n < 0;
        return n;
    }

    private int readFixed(byte[] target, int offset, int want) throws IOException {
        int n = input.read(target, offset, (int) Math.min(want, left));
        if (n < 0) {
            throw failed(Outcome.CLIENT_BODY_FAILED, "the request's body ended " + left + " bytes early", null);
        }
        left -= n;
        scope.notes().addRequestBytes(n);
        ended = left == 0;
        return n;
    }

    private static ProxyException failed(Outcome outcome, String message, @Nullable Throwable cause) {
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, message, cause);
    }

    @Override
    public int available() {
        if (ended || failure != null) {
            return 0;
        }
        if (chunks != null) {
            return chunks.available();
        }
        return untilEnd ? input.available() + wire.available() : (int) Math.min(input.available(), left);
    }

    private Headers trailers() {
        return ended ? trailers.get() : Headers.empty();
    }
}
