package dev.sluice.proxy.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection as bytes that block, plain or over TLS. One thread may read while another writes. Everything
 * except reading, writing and {@link #shutdownOutput} ({@link #close}, {@link #abort}, {@link #breakInput}, {@link
 * #breakOutput}, deadlines, {@link #peek}) never blocks and may be called from any thread, such as the clock's.
 * Interrupting a thread that reads or writes closes the connection.
 */
public interface Wire extends AutoCloseable {
    /** The peer's address. */
    InetSocketAddress remote();

    /** This side's address. */
    InetSocketAddress local();

    /** The TLS session, or null when the wire is plain. */
    @Nullable
    SSLSession tls();

    /**
     * Reads the available bytes, and waits for the first.
     *
     * @return the number of bytes read, at least 1 (0 only when {@code length} is 0), or -1, again and again, once the
     *     peer has ended its direction; over TLS only a close_notify does that (RFC 8446 §6.1), and its absence is a
     *     failure
     * @throws WireTimeoutException if the deadline for reading passes
     * @throws java.io.EOFException if the peer has ended TCP below TLS without a close_notify
     * @throws IOException what {@link #breakInput} was given; or if the connection fails or is closed
     */
    int read(byte[] target, int offset, int length) throws IOException;

    /** The bytes that can certainly be read without waiting; 0 if that is not known. Makes no system call. */
    int available();

    /**
     * Writes all of it.
     *
     * @throws WireTimeoutException if the deadline for writing passes; then the output is broken, as by {@link
     *     #breakOutput}
     * @throws IOException if the connection fails or is closed
     */
    void write(byte[] source, int offset, int length) throws IOException;

    /**
     * When a blocked read fails, in nanoseconds of the watch's clock; {@link dev.sluice.proxy.time.TimeSource#NEVER} by
     * default. It stays until it is set again, and does no harm while no read is blocked. The watch's sweep checks it,
     * so it may be late by one period. A read that has timed out has broken the input for good; the output stays
     * usable.
     */
    void readDeadline(long nanos);

    /** When a blocked write fails, in nanoseconds of the watch's clock; never by default. Otherwise as for reading. */
    void writeDeadline(long nanos);

    /**
     * Lets a read wait for this long, from now on and again from each byte that comes, until a deadline is set: a
     * record or a line that comes in pieces is slow, not silent. For the thread that reads; otherwise like a deadline.
     */
    void readTimeout(Duration timeout);

    /**
     * Lets a write wait for this long, from now on and again from each byte that is written, until a deadline is set.
     * For the thread that writes; otherwise like a deadline.
     */
    void writeTimeout(Duration timeout);

    /**
     * The same, but in total no longer than until {@code nanos}.
     *
     * @param nanos a time of the watch's clock
     */
    void writeTimeout(Duration timeout, long nanos);

    /**
     * Fails a blocked read, and all later ones, with {@code why}. The output stays usable. Has no effect the second
     * time.
     */
    void breakInput(IOException why);

    /**
     * Checks without waiting whether the peer is still there, behind up to 8 KiB that it has sent in the meantime,
     * which are kept for the next read. It does not look further if more has come, or if somebody is reading or
     * writing. Over TLS it checks the connection below, so it sees a peer that ends both TLS and TCP, but not one that
     * only sends a close_notify.
     *
     * @return false if the peer has ended its direction, the connection has failed, or the input is broken or closed
     */
    boolean peek();

    /**
     * Returns whether a {@link #peek} has found that the connection has failed, as after a reset, and not only that the
     * peer has ended its direction. A reset that follows the end of the peer's direction shows only at a write.
     */
    boolean failed();

    /**
     * Ends this side's direction and leaves the other open; over TLS with a close_notify before, which may block like a
     * write. Up to TLS 1.2 a peer answers that by ending its own direction.
     *
     * @throws IOException if the connection has failed
     */
    void shutdownOutput() throws IOException;

    /**
     * Ends this side's direction at once, without a close_notify, so that the peer sees that the data was cut (RFC 8446
     * §6.1, RFC 9112 §8). A blocked write fails, and so do all later ones. Bytes in the operating system still arrive,
     * and the input stays usable. Has no effect the second time.
     */
    void breakOutput();

    /**
     * Ends both directions with a reset, so that no reader can believe that it got everything. Has no effect once
     * closed.
     */
    void abort();

    /** Returns whether the connection has been closed on this side: by {@link #close}, {@link #abort} or the watch. */
    boolean closed();

    /**
     * Ends both directions. Has no effect the second time. As it must not block, it sends no close_notify over TLS: for
     * that, call {@link #shutdownOutput} before.
     */
    @Override
    void close();
}
