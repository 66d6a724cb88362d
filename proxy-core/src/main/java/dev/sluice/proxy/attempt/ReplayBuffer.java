package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The request's body, as attempts see it: each has its own view, which begins at the first byte. Bytes are kept up to a
 * limit, to be sent again. Above the limit there is no second attempt, so memory stays bounded.
 *
 * <p>The read from the client belongs to the exchange, not to the attempt: if a view is reading when its attempt fails,
 * the bytes go to the buffer. The next view waits for that on the clock, and finds them there. What is in the buffer by
 * then it gets at once: the client may send nothing more before it is answered. Invariant: {@code buffer} holds the last
 * {@code buffered} of the {@code total} bytes read so far, all of them while {@code kept}.
 *
 * <p>Once the body is <i>whole</i> all of it is in the buffer, and stays there: then views do not disturb each other.
 * Before that, a new view ends the previous one.
 */
final class ReplayBuffer implements Decision {
    private static final ReplayBuffer NOTHING = new ReplayBuffer(Body.empty(), 0, TimeSource.system());

    private final Body body;
    private final ReplaySource source;
    private final int limit;
    /** Of the view that reads from the client. */
    private final Turn turn;
    /** From here on guarded by this, as are the positions of views. */
    private byte[] buffer = new byte[0];

    private int buffered;
    private long total;
    private volatile boolean kept = true;
    private volatile boolean whole;
    private volatile @Nullable View latest;

    /** A buffer for this body; the same one for all requests without a body, which keeps nothing. */
    static ReplayBuffer of(Body body, int limit, TimeSource time) {
        return body.length() == 0 && body.repeatable() ? NOTHING : new ReplayBuffer(body, limit, time);
    }

    ReplayBuffer(Body body, int limit, TimeSource time) {
        this.body = body;
        this.source = new ReplaySource(body);
        this.limit = limit;
        this.turn = new Turn(time);
    }

    /**
     * The body for a new attempt. The view of the attempt before it fails from now on, unless the body is whole. For
     * the exchange's thread.
     *
     * @param forfeited is run on the reading thread when more has been read than is kept: then no other attempt can
     *     follow
     */
    Body view(Runnable forfeited) {
        if (body.length() == 0) {
            return Body.empty();
        }
        if (body.repeatable()) {
            return Body.of(body.open(), body.length(), body::trailers);
        }
        View before = latest;
        if (before != null && !whole) {
            before.over = true;
        }
        View view = new View(forfeited);
        latest = view;
        return Body.of(view, body.length(), body::trailers);
    }

    /** Returns whether a new view would still have all bytes. */
    boolean kept() {
        return (kept || body.repeatable()) && failure() == null;
    }

    /** Returns whether all of the body is here, so that a new view need not read from the client. */
    boolean whole() {
        return (whole || body.length() == 0 || body.repeatable()) && failure() == null;
    }

    @Override
    public String explain() {
        return failure() != null
                ? "replay: impossible, reading the request's body failed"
                : "replay: forfeited, more than " + limit + " bytes of the request's body have been read";
    }

    /** No attempt follows: what has been read need not be kept. */
    synchronized void forget() {
        kept = whole;
    }

    /** How reading from the client failed, or null. */
    @Nullable
    ProxyException failure() {
        return source.failure();
    }

    private int read(View reader, byte[] target, int offset, int length) throws IOException {
        int ready = copyBuffered(reader, target, offset, length);
        return ready > 0 ? ready : readNext(reader, target, offset, length);
    }

    private int readNext(View reader, byte[] target, int offset, int length) throws IOException {
        turn.take();
        try {
            int ready = copyBuffered(reader, target, offset, length);
            if (ready > 0) {
                return ready;
            }
            if (source.ended()) {
                return -1;
            }
            int n = source.read(target, offset, length);
            if (n > 0 && keep(reader, target, offset, n)) {
                forfeit();
            }
            whole = kept && (source.ended() || isTotal(body.length()));
            return reader.over ? fail() : n;
        } finally {
            turn.end();
        }
    }

    private synchronized boolean isTotal(long length) {
        return total == length;
    }

    /** Bytes that an earlier read has left in the buffer for this view; 0 if there are none. */
    private synchronized int copyBuffered(View reader, byte[] target, int offset, int length) throws IOException {
        if (reader.over) {
            return fail();
        }
        int left = (int) (total - reader.position);
        if (left == 0) {
            if (!kept && !whole) {
                buffer = new byte[0];
                buffered = 0;
            }
            return 0;
        }
        int n = Math.min(left, length);
        System.arraycopy(buffer, buffered - left, target, offset, n);
        reader.position += n;
        return n;
    }

    /** Returns whether more has been read now than is kept. */
    private synchronized boolean keep(View reader, byte[] bytes, int offset, int n) {
        boolean lost = kept && total + n > limit;
        kept &= !lost;
        total += n;
        boolean over = reader.over;
        if (!over) {
            reader.position += n;
        }
        if (kept || over) {
            if (buffer.length - buffered < n) {
                buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, buffered + n));
            }
            System.arraycopy(bytes, offset, buffer, buffered, n);
            buffered += n;
        }
        return lost;
    }

    private void forfeit() {
        View current = latest;
        if (current != null) {
            current.forfeited.run();
        }
    }

    /** How much of it a view has not read yet. */
    private synchronized int left(View reader) {
        return (int) Math.min(Integer.MAX_VALUE, total - reader.position);
    }

    private static int fail() throws IOException {
        throw new IOException("the attempt that this body was for is over");
    }

    private final class View extends BulkInputStream {
        private final Runnable forfeited;
        private long position;
        private volatile boolean over;

        private View(Runnable forfeited) {
            this.forfeited = forfeited;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return length == 0 ? 0 : ReplayBuffer.this.read(this, target, offset, length);
        }

        @Override
        public int available() throws IOException {
            if (over) {
                return 0;
            }
            int left = left(this);
            if (left > 0 || !turn.tryTake()) {
                return left;
            }
            try {
                return source.available();
            } finally {
                turn.end();
            }
        }

        /** The client's stream stays open for the next attempt; the exchange closes it. */
        @Override
        public void close() {
            over = true;
        }
    }
}
