package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;

/** Reads a feed from its beginning for one answer, piece by piece. For one thread. */
final class FeedInput extends BulkInputStream {
    private final BodyFeed feed;
    private final Pacing pacing;
    private long left;
    private int index;
    private int at;
    private boolean over;
    private boolean closed;

    /**
     * Begins to read.
     *
     * @param end behind how many bytes the answer itself breaks off
     */
    FeedInput(BodyFeed feed, Pacing pacing, long end) {
        this.feed = feed;
        this.pacing = pacing;
        this.left = end;
        feed.begun();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        byte[] piece;
        try {
            piece = feed.piece(index, pacing);
        } catch (BrokenOff failed) {
            over = true;
            throw failed;
        }
        if (piece == null) {
            over = true;
            return -1;
        }
        int n = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, n);
        at += n;
        left -= n;
        if (at == piece.length) {
            index++;
            at = 0;
        }
        return n;
    }

    /** What is left of the present piece. */
    @Override
    public int available() {
        return feed.available(index, at);
    }

    /** Its client has left, unless it was read to its end, or the answer or the gateway has ended before. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            feed.closed(!over && left > 0 && !pacing.isClosing());
        }
    }
}
