package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.internal.Nanos;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes at a rate: a piece at a time, at most a hundred pieces a second, each at its time from the first one on. The end
 * comes at once. For one thread.
 */
final class PacedInput extends FilterInputStream {
    private static final int PIECES_A_SECOND = 100;

    private final Pacing pacing;
    private final int piece;
    private final int rate;
    private long beganNanos;
    private long sent;

    PacedInput(InputStream bytes, int rate, Pacing pacing) {
        super(bytes);
        this.pacing = pacing;
        this.piece = Math.max(1, rate / PIECES_A_SECOND);
        this.rate = rate;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        boolean ready = available() > 0;
        int n = super.read(target, offset, Math.min(length, piece));
        if (n > 0) {
            long dueNanos = Nanos.after(beganNanos, (long) (sent * 1e9 / rate));
            if (sent == 0 || (!ready && pacing.time().nanos() >= dueNanos)) {
                // What has just come cannot make up for the time before.
                beganNanos = pacing.time().nanos();
                sent = 0;
            } else {
                pacing.pauseUntil(dueNanos);
            }
            sent += n;
        }
        return n;
    }
}
