package dev.sluice.proxy.testing.gateway;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Bytes at a rate: a piece at a time, at most a hundred pieces a second, and a pause before each but the first. The end
 * comes at once. For one thread.
 */
final class PacedInput extends FilterInputStream {
    private static final int PIECES_A_SECOND = 100;

    private final Pacing pacing;
    private final int piece;
    private final Duration pause;
    private boolean begun;

    PacedInput(InputStream bytes, int rate, Pacing pacing) {
        super(bytes);
        this.pacing = pacing;
        this.piece = Math.max(1, rate / PIECES_A_SECOND);
        this.pause = Duration.ofNanos(1_000_000_000L * piece / rate);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = super.read(target, offset, Math.min(length, piece));
        if (begun && n > 0) {
            pacing.pause(pause);
        }
        begun = true;
        return n;
    }
}
