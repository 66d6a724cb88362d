package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The tunnel that an upstream has opened; the attempt ends with it: completed when both directions have ended, failed
 * when the upstream's side fails, else dropped.
 */
final class AttemptTunnel implements Tunnel {
    private final Tunnel opened;
    private final Attempt attempt;
    private final InputStream in;
    private volatile boolean inEnded;
    private volatile boolean outEnded;

    AttemptTunnel(Tunnel opened, Attempt attempt) {
        this.opened = opened;
        this.attempt = attempt;
        this.in = new Reader(opened.in());
    }

    @Override
    public String protocol() {
        return opened.protocol();
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return opened.out();
    }

    @Override
    public void shutdownOutput() throws IOException {
        outEnded = true;
        opened.shutdownOutput();
    }

    /** Ends the attempt, whose scope closes the tunnel. */
    @Override
    public void close() {
        if (inEnded && outEnded) {
            attempt.completed();
        } else {
            attempt.dropped();
        }
    }

    private final class Reader extends BulkInputStream {
        private final InputStream stream;

        private Reader(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int n = stream.read(target, offset, length);
                inEnded = n < 0;
                return n;
            } catch (IOException | RuntimeException cause) {
                throw attempt.failed(cause, null);
            }
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }
    }
}
