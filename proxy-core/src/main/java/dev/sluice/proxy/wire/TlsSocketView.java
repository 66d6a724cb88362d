package dev.sluice.proxy.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A plain wire as the socket below an SSLSocket. It reports every failed read to TLS as a timeout, the only failure
 * after which TLS keeps the connection, so that an answer can still be written; {@link #cause} has the failure itself.
 */
final class TlsSocketView extends WireSocket {
    private final InputStream input = new In();
    private final OutputStream output = new Out();
    private final TlsRecords records = new TlsRecords();

    /** The thread that reads. Each thread only compares it with itself, so others need not see it in time. */
    private @Nullable Thread reader;

    /** The reader's: what it does before it may wait. */
    private Runnable beforeWait = () -> {};

    private volatile @Nullable IOException inputFailure;
    private volatile @Nullable IOException outputFailure;
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;

    TlsSocketView(PlainWire raw) throws SocketException {
        super(raw);
    }

    /** Who reads, from now on: what TLS writes on that thread answers the peer. */
    void reader(@Nullable Thread reading) {
        this.reader = reading;
    }

    /** From now on the reader does this before each read from the wire below. */
    void beforeWait(Runnable step) {
        this.beforeWait = step;
    }

    TlsRecords records() {
        return records;
    }

    /** Why a write failed below TLS, which does not report it if it was a close_notify. */
    @Nullable
    IOException outputFailure() {
        return outputFailure;
    }

    /** The cause of a failure that TLS reports: that of the wire below, if there was one. */
    @SuppressWarnings("ReferenceEquality") // that very failure
    IOException cause(IOException reported) {
        IOException in = inputFailure;
        if (reported instanceof InterruptedIOException && in != null) {
            return in;
        }
        IOException out = outputFailure;
        for (Throwable each = reported; each != null && out != null; each = each.getCause()) {
            if (each == out) {
                return out;
            }
        }
        return reported;
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public void shutdownInput() {
        // TLS has seen the peer's close_notify. This side waits for nothing more, and the peer may continue as long as
        // it likes.
        inputShutdown = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        raw.shutdownOutput();
        outputShutdown = true;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it must not wait
    public void close() {
        // TLS closes when a write fails. Where that was broken off the peer may still be sending, and closing now would
        // reset the connection, and with it what is on its way to the peer.
        if (!raw.outputBroken()) {
            raw.close();
        }
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            read(one, 0, 1);
            return one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                beforeWait.run();
                int n = raw.read(target, offset, length);
                if (n < 0) {
                    throw new EOFException("the peer closed the connection without a TLS close_notify");
                }
                records.received(target, offset, n);
                return n;
            } catch (SSLException refused) {
                raw.breakInput(refused);
                inputFailure = refused;
                throw (IOException) new SocketTimeoutException().initCause(refused);
            } catch (IOException failure) {
                inputFailure = failure;
                throw (IOException) new SocketTimeoutException().initCause(failure);
            }
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            try {
                if (Thread.currentThread() == reader) {
                    raw.answer(source, offset, length);
                } else {
                    raw.write(source, offset, length);
                }
            } catch (IOException failure) {
                outputFailure = failure;
                throw failure;
            }
        }
    }
}
