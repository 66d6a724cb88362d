package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/**
 * Keeps one direction of one exchange to the rate of its key. What has moved is taken out of the key's bucket at once,
 * even below zero; the next piece waits until that is paid. So pieces of several exchanges go in turn, and none waits with
 * bytes in its hands. For one thread.
 */
final class Pacer {
    private static final Signal NEVER = new Signal();

    private final MemoryCounters buckets;
    private final TokenBucket rule;
    private final String key;
    private final Exchange scope;
    private final int piece;
    private long readyNanos;

    /** @param piece the most bytes that move at once */
    Pacer(MemoryCounters buckets, TokenBucket rule, int piece, String key, Exchange scope) {
        this.buckets = buckets;
        this.rule = rule;
        this.piece = piece;
        this.key = key;
        this.scope = scope;
        this.readyNanos = scope.time().nanos();
    }

    private boolean ready() {
        return scope.time().nanos() >= readyNanos;
    }

    private void await() throws IOException {
        if (ready()) {
            return;
        }
        try {
            ScopeWait.await(scope.time(), scope, NEVER, readyNanos);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while pacing").initCause(interrupt);
        }
        scope.check();
    }

    private void moved(int count) {
        readyNanos = scope.time().nanos() + buckets.reserve(key, rule, count, scope.time());
    }

    /** The same bytes at the rate; {@code available} says 0 while they have to wait. */
    InputStream input(InputStream in) {
        return new Input(in);
    }

    /** The same bytes at the rate. */
    OutputStream output(OutputStream out) {
        return new Output(out);
    }

    private final class Input extends BulkInputStream {
        private final InputStream in;

        private Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            await();
            int n = in.read(target, offset, Math.min(length, piece));
            if (n > 0) {
                moved(n);
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return ready() ? in.available() : 0;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private final class Output extends OutputStream {
        private final OutputStream out;

        private Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                if (!ready()) {
                    out.flush();
                    await();
                }
                int n = Math.min(piece, length - done);
                out.write(bytes, offset + done, n);
                moved(n);
                done += n;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
