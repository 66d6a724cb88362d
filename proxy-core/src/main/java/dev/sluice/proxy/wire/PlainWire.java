package dev.sluice.proxy.wire;

import dev.sluice.proxy.internal.FileInput;
import dev.sluice.proxy.internal.VirtualThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A wire without TLS, over a blocking {@link SocketChannel}: closing or shutting a channel frees a thread that is
 * blocked in it, platform or virtual, and does not wait. A reader holds one lock and a writer another; {@link #peek}
 * takes both, or gives up, because the channel must not block for that moment.
 */
public final class PlainWire extends TimedWire {
    /** What {@link #peek} keeps at most: one byte more than it looks behind, as more may come after the last. */
    private static final int KEPT_BYTES = 8 * 1024 + 1;

    /** What {@link #awaitInput} reads: most heads of requests fit. */
    private static final int FIRST_BYTES = 512;

    /** The greatest number of bytes for one system call. */
    private static final int CALL_BYTES = 128 * 1024;

    /** The same for bytes of a file, which need no buffer; a virtual thread comes back with what there was room for. */
    private static final int FILE_CALL_BYTES = 256 * 1024;

    /** The JDK copies that to a buffer of its size outside of the heap, which a platform thread then keeps. */
    private static final int PLATFORM_CALL_BYTES = 16 * 1024;

    /**
     * The size of the operating system's buffer if a platform thread writes. Such a thread is woken only when a third
     * of it is free, and cannot be woken earlier: with the system's default of megabytes, a slow reader would look like
     * one that reads nothing for minutes.
     */
    private static final int PLATFORM_SEND_BUFFER_BYTES = 128 * 1024;

    private final SocketChannel channel;
    private final HeldChannel held;
    private final Watch watch;
    private final Watch.Watched watched = this::sweep;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;

    private final ReentrantLock readLock = new ReentrantLock();
    private final Kept kept = new Kept();
    private final ArrayView readView = new ArrayView();
    private @Nullable ByteBuffer probe;
    private volatile long received;

    /** With the lock for reading: whether it is left to a selector, for which the channel does not block. */
    private boolean unattended;

    private boolean sized;
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ArrayView writeView = new ArrayView();

    private volatile @Nullable IOException broken;

    /** Whether kept bytes are read although the input is broken. */
    private volatile boolean keptFirst;

    private volatile boolean answering;
    private volatile boolean overdue;
    private volatile boolean failed;
    private volatile boolean outputBroken;

    private PlainWire(SocketChannel channel, Watch watch) throws IOException {
        super(watch.time());
        this.channel = channel;
        this.held = new HeldChannel(channel);
        this.watch = watch;
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        this.local = (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * Takes over a connected channel in blocking mode, sets TCP_NODELAY, and registers the wire with {@code watch}
     * until it is closed. Deadlines are times of the watch's clock.
     *
     * @throws IllegalBlockingModeException if the channel does not block
     * @throws IOException if the channel is closed, not connected or has failed; then it is closed
     */
    public static PlainWire of(SocketChannel connected, Watch watch) throws IOException {
        if (!connected.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        try {
            if (connected.getRemoteAddress() == null) {
                throw new SocketException("the channel is not connected");
            }
            connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
            PlainWire wire = new PlainWire(connected, watch);
            watch.add(wire.watched);
            return wire;
        } catch (IOException failure) {
            connected.close();
            throw failure;
        }
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    /** Always null. */
    @Override
    public @Nullable SSLSession tls() {
        return null;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        readLock.lock();
        try {
            if (hasKept()) {
                return kept.take(target, offset, length);
            }
            readDeadline.begin();
            try {
                return ended(count(channel.read(readView.of(target, offset, Math.min(length, callBytes())))));
            } catch (IOException failure) {
                requireInput();
                // If a write ended just when its deadline passed, the next call reports the timeout.
                throw overdue ? new WireTimeoutException("writing was not done by its deadline") : failure;
            } finally {
                readDeadline.end();
            }
        } finally {
            readLock.unlock();
        }
    }

    /** With the lock for reading, so that there is one writer. */
    private int count(int n) {
        if (n > 0) {
            long before = received;
            received = before + n;
        }
        return n;
    }

    /** The bytes that have come from the operating system, both read and kept ones. */
    public long received() {
        return received;
    }

    /**
     * The bytes that nobody has read yet: kept ones, and those in the operating system. Makes a system call, never
     * waits, even while somebody reads, and may be called from any thread.
     *
     * @return 0 also if the input is broken or the connection closed
     */
    public int arrived() {
        if (inputBroken()) {
            return 0;
        }
        try {
            return kept.size() + channel.socket().getInputStream().available();
        } catch (IOException closed) {
            return 0;
        }
    }

    /** A broken input looks like one that the peer has ended. */
    private int ended(int n) throws IOException {
        if (n < 0) {
            requireInput();
        }
        return n;
    }

    /** Returns whether this side has broken the input, also by a deadline; its end says nothing about the peer then. */
    public boolean inputBroken() {
        return broken != null;
    }

    /** With the lock for reading: whether there are bytes for the next read; throws if the input is broken. */
    private boolean hasKept() throws IOException {
        requireReadable();
        return kept.size() > 0;
    }

    /** Throws the exception that the input was broken with, unless bytes are kept that are to be read before. */
    void requireReadable() throws IOException {
        if (!keptFirst || kept.size() == 0) {
            requireInput();
        }
    }

    private void requireInput() throws IOException {
        IOException why = broken;
        if (why != null) {
            throw why;
        }
    }

    /**
     * Waits for input, at most so long of the system's time, and keeps what has come for the next read. For the thread
     * that reads.
     *
     * @param millis more than 0
     * @return false if nothing has come; true also at the end of the input
     * @throws IOException as {@link #read} does
     */
    public boolean awaitInput(int millis) throws IOException {
        try {
            keepSome(millis);
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }

    /**
     * Waits for bytes until the deadline for reading, and keeps what has come for the next read. For the thread that reads.
     *
     * @return false at the end of the input
     * @throws IOException as {@link #read} does
     */
    public boolean awaitBytes() throws IOException {
        return keepSome(0);
    }

    /**
     * Waits for input, and keeps it.
     *
     * @param millis how long at most, or 0 for the deadline alone
     * @return false at the end of the input
     * @throws SocketTimeoutException if nothing has come in so many milliseconds
     */
    private boolean keepSome(int millis) throws IOException {
        readLock.lock();
        try {
            if (hasKept()) {
                return true;
            }
            readDeadline.begin();
            ByteBuffer room = kept.room(FIRST_BYTES);
            int n = ended(count(millis > 0 ? readWithin(millis, room) : channel.read(room)));
            kept.added(Math.max(0, n));
            return n > 0;
        } catch (SocketTimeoutException nothing) {
            throw nothing;
        } catch (IOException failure) {
            requireInput();
            throw failure;
        } finally {
            kept.trim();
            readDeadline.end();
            readLock.unlock();
        }
    }

    private int readWithin(int millis, ByteBuffer room) throws IOException {
        channel.socket().setSoTimeout(millis);
        int at = room.arrayOffset() + room.position();
        return channel.socket().getInputStream().read(room.array(), at, room.remaining());
    }

    /**
     * From now on nobody reads or writes, until {@link #attend}. For the thread that reads.
     *
     * @return false, without any effect, if there are bytes that no selector sees, since they have been read already
     */
    public boolean leave() {
        readLock.lock();
        try {
            unattended = kept.size() == 0;
            return unattended;
        } finally {
            readLock.unlock();
        }
    }

    /** Keeps no array of a caller: the connection is to wait, and its buffers to go. Never blocks. */
    public void forgetBuffers() {
        forget(readLock, readView);
        forget(writeLock, writeView);
    }

    private static void forget(ReentrantLock lock, ArrayView view) {
        if (lock.tryLock()) {
            try {
                view.forget();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * After {@link #leave}, lets a selector tell when there is input, or its end.
     *
     * @throws IOException if the connection is closed
     */
    public SelectionKey register(Selector selector, Object attachment) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, SelectionKey.OP_READ, attachment);
    }

    /**
     * Ends {@link #leave}; the selector's key must be cancelled. Has no effect without it.
     *
     * @throws IOException if the connection is closed
     */
    public void attend() throws IOException {
        readLock.lock();
        try {
            channel.configureBlocking(true);
            unattended = false;
        } finally {
            readLock.unlock();
        }
    }

    /** Puts bytes back in front of those for the next read. For the thread that reads. */
    public void unread(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        readLock.lock();
        try {
            kept.putFirst(bytes, offset, length);
        } finally {
            readLock.unlock();
        }
    }

    @Override
    public int available() {
        return inputBroken() && !keptFirst ? 0 : kept.size();
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        beginWrite();
        try {
            size();
            writeAll(source, offset, length);
        } finally {
            endWrite();
        }
    }

    private void beginWrite() {
        writeLock.lock();
        writeDeadline.begin();
    }

    private void endWrite() {
        writeDeadline.end();
        writeLock.unlock();
    }

    /**
     * Lets the operating system send the next bytes of a file.
     *
     * @return how many of them; 0 if they must be read and written
     * @throws IOException as {@link #write(byte[], int, int)} does
     */
    public long send(FileInput file, long length) throws IOException {
        beginWrite();
        try {
            size();
            return held.send(
                    file, length, VirtualThreads.isCurrent() ? FILE_CALL_BYTES : PLATFORM_CALL_BYTES, writeDeadline);
        } catch (IOException failure) {
            throw overdue ? new WireTimeoutException("writing was not done by its deadline") : failure;
        } finally {
            endWrite();
        }
    }

    /**
     * Writes on behalf of a read, as TLS does when a peer asks for new keys (RFC 8446 §4.6.3). The deadline for reading
     * limits it too, as otherwise a peer that asks and does not read the answer would hold the reader forever.
     */
    void answer(byte[] source, int offset, int length) throws IOException {
        answering = true;
        readDeadline.begin();
        try {
            write(source, offset, length);
        } finally {
            readDeadline.end();
            answering = false;
        }
    }

    private static int callBytes() {
        return VirtualThreads.isCurrent() ? CALL_BYTES : PLATFORM_CALL_BYTES;
    }

    private void size() throws IOException {
        if (sized) {
            return;
        }
        sized = true;
        if (!VirtualThreads.isCurrent()) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, PLATFORM_SEND_BUFFER_BYTES);
        }
    }

    private void writeAll(byte[] source, int offset, int length) throws IOException {
        int end = offset + length;
        try {
            for (int at = offset; at < end; ) {
                at += channel.write(writeView.of(source, at, Math.min(end - at, callBytes())));
                if (at < end) {
                    writeDeadline.moved();
                }
            }
        } catch (IOException failure) {
            throw overdue ? new WireTimeoutException("writing was not done by its deadline") : failure;
        }
    }

    private void sweep(long nowNanos) {
        boolean late = readDeadline.overdue(nowNanos);
        if (late && answering) {
            overdue = true;
            abort();
        } else if (writeDeadline.overdue(nowNanos)) {
            overdue = true;
            breakOutput();
        } else {
            writeDeadline.nudge(nowNanos);
        }
        if (late) {
            breakInput(new WireTimeoutException("reading was not done by its deadline"));
        }
    }

    /**
     * Ends a wait for input as {@link #breakInput} does, but what has come just now is still read: whoever looked whether there
     * is something may have looked a moment before.
     */
    public void endInput(IOException why) {
        keptFirst = true;
        breakInput(why);
    }

    @Override
    public void breakInput(IOException why) {
        synchronized (this) {
            if (broken != null) {
                return;
            }
            broken = why;
        }
        try {
            channel.shutdownInput();
        } catch (IOException closedOrReset) {
            // Then no read is blocked.
        }
    }

    @Override
    public void breakOutput() {
        outputBroken = true;
        try {
            channel.shutdownOutput();
        } catch (IOException closedOrReset) {
            // Then no write is blocked.
        }
    }

    boolean outputBroken() {
        return outputBroken;
    }

    @Override
    public boolean peek() {
        if (!channel.isOpen() || inputBroken()) {
            return false;
        }
        if (!readLock.tryLock()) {
            return true;
        }
        try {
            return unattended || !writeLock.tryLock() || peekLocked();
        } finally {
            readLock.unlock();
        }
    }

    private boolean peekLocked() {
        try {
            channel.configureBlocking(false);
            try {
                return receive();
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException gone) {
            failed = true;
            return false;
        } finally {
            writeLock.unlock();
        }
    }

    @Override
    public boolean failed() {
        return failed;
    }

    /** Keeps what has come, and returns whether more may come. A buffer is made only once there is a first byte. */
    private boolean receive() throws IOException {
        if (kept.size() == 0) {
            ByteBuffer first = probe == null ? ByteBuffer.allocate(1) : probe.clear();
            probe = first;
            int n = count(channel.read(first));
            if (n <= 0) {
                return n == 0;
            }
            kept.putFirst(first.array(), 0, 1);
        }
        while (kept.size() < KEPT_BYTES) {
            int n = count(channel.read(kept.room(KEPT_BYTES)));
            if (n <= 0) {
                return n == 0;
            }
            kept.added(n);
        }
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void abort() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException closed) {
            // Then there is nothing left to reset.
        }
        close();
    }

    @Override
    public boolean closed() {
        return held.closed();
    }

    @Override
    public void close() {
        watch.remove(watched);
        if (!held.close()) {
            breakOutput();
        }
    }

    /** Both addresses. */
    @Override
    public String toString() {
        return "wire from " + local + " to " + remote;
    }
}
