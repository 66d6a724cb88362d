package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldWriter;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is written to a connection, and the windows for it. Frames are collected under a lock that nobody holds while the
 * connection is written to; whoever adds one while nobody writes, writes all that have been collected. Before that, other
 * streams that could go on have their turn: a call of the operating system is most of what a small answer costs, and what
 * they add shares it. The thread that reads never writes: it could wait for a peer that waits for it. What it adds is bounded,
 * and written by somebody else.
 *
 * <p>Streams whose DATA waits for room or for the connection's window get their turns in the order in which they came, with
 * one frame each, of the size that every peer takes: larger ones would keep others waiting. A field block is encoded when it
 * is added, so that the peer decodes blocks in the same order.
 *
 * <p>Safe for use by many threads.
 */
final class FrameOutput {
    /** When this much waits to be written, streams wait too. */
    private static final int MOST_BYTES = 32 * 1024;

    /** How much of what the thread that reads has added may wait to be written: a peer that wants more reads nothing. */
    private static final int MOST_CONTROL_BYTES = 16 * 1024;

    /**
     * When this much waits to be written, no stream is begun: a peer that has stopped reading must not cost more memory with
     * each request that it never gets.
     */
    private static final int MOST_OF_NEW_STREAMS = 1024 * 1024;

    private static final int MORE_USEFUL = 4 * 1024;

    /** How often a stream writes what others have added meanwhile, before it goes on with its own work. */
    private static final int MOST_WRITES = 16;

    private static final int FIRST_BYTES = 1024;

    private final Wire wire;
    private final Runnable startWriter;
    private final Runnable giveWay;
    private final ReentrantLock lock = new ReentrantLock();
    private final FieldWriter fields = new FieldWriter();
    private final Queue<Turn> turns = new ArrayDeque<>();
    private OutputBuffer waiting = new OutputBuffer(FIRST_BYTES);
    private OutputBuffer writing = new OutputBuffer(FIRST_BYTES);
    private final Condition idle = lock.newCondition();
    private final Condition room = lock.newCondition();
    private boolean busy;
    private long begun;
    private volatile long presentWrite;
    private int controlBytes;
    private int useful;
    private long window = Settings.INITIAL.window();
    private volatile @Nullable IOException failure;

    /** The sending side of a stream. The lock guards it. */
    final class Turn {
        private final int stream;
        private final Condition mayGoOn = lock.newCondition();
        private long window;
        private boolean queued;
        private boolean ended;
        private @Nullable IOException stopped;

        private Turn(int stream, int window) {
            this.stream = stream;
            this.window = window;
        }

        private void check() throws IOException {
            IOException why = failure != null ? failure : stopped;
            if (why != null) {
                throw why;
            }
            if (ended) {
                throw new IOException("the stream has ended");
            }
        }

        /** Waits until so many bytes, or some of them, may be added; returns how many. */
        private int await(int length) throws IOException {
            check();
            if (length == 0) {
                // The window may be below 0 after a change of the peer's settings.
                return 0;
            }
            if (!(turns.isEmpty() && mayAdd())) {
                try {
                    awaitTurn();
                } catch (IOException given) {
                    leave();
                    writeForOthers();
                    throw given;
                }
                leave();
            }
            return (int) Math.min(Math.min(length, Frames.PAYLOAD), Math.min(window, FrameOutput.this.window));
        }

        private void awaitTurn() throws IOException {
            while (true) {
                if (window <= 0) {
                    // Others must not wait for this one's window.
                    leave();
                } else if (!queued) {
                    queued = true;
                    turns.add(this);
                }
                if (queued && turns.peek() == this && mayAdd()) {
                    return;
                }
                if (waiting.size() > 0 && !busy) {
                    // Its own head may be there, and others have left what they have added to the streams that wait.
                    write();
                } else {
                    FrameOutput.await(mayGoOn);
                }
                check();
            }
        }

        /** Waits until a field block may be added, which needs no window. */
        private void awaitRoom() throws IOException {
            check();
            while (busy && waiting.size() >= MOST_BYTES) {
                FrameOutput.await(room);
                check();
            }
        }

        private void leave() {
            if (queued) {
                queued = false;
                turns.remove(this);
                next();
            }
        }

        private boolean mayAdd() {
            return window > 0 && FrameOutput.this.window > 0 && (!busy || waiting.size() < MOST_BYTES);
        }
    }

    /** Puts a frame into a buffer. */
    interface Frame {
        void put(OutputBuffer out);
    }

    /**
     * Nothing has been added.
     *
     * @param startWriter has {@link #writeAll} called by a thread that may wait
     * @param giveWay lets other streams that could go on have their turn; it is called without the lock
     */
    FrameOutput(Wire wire, Runnable startWriter, Runnable giveWay) {
        this.wire = wire;
        this.startWriter = startWriter;
        this.giveWay = giveWay;
    }

    /** The sending side of a new stream. */
    Turn turn(int stream, int streamWindow) {
        return new Turn(stream, streamWindow);
    }

    /**
     * Adds a field block, as soon as there is room: a peer that reads nothing could else ask for answer after answer. It is
     * written with what follows, or by {@link #flush}.
     */
    void fields(Turn turn, SessionStream.Block block, boolean end) throws IOException {
        lock.lock();
        try {
            turn.awaitRoom();
            boolean othersWait = waiting.size() > 0;
            add(turn, block, end);
            useful++;
            next();
            if (othersWait) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same without waiting, and writes nothing: for a caller who holds a lock.
     *
     * @throws RefusedException if too much waits to be written
     */
    void fieldsLater(Turn turn, SessionStream.Block block, boolean end) throws IOException {
        lock.lock();
        try {
            turn.check();
            if (waiting.size() >= MOST_OF_NEW_STREAMS) {
                throw new RefusedException("the peer reads nothing");
            }
            add(turn, block, end);
            useful++;
        } finally {
            lock.unlock();
        }
    }

    /** The same, and whoever waits to send more of the stream fails. It is written by somebody else. */
    void lastFieldsNow(Turn turn, SessionStream.Block block) throws IOException {
        later(() -> {
            turn.check();
            add(turn, block, true);
            turn.mayGoOn.signal();
        });
    }

    /** With the lock. A block that is not whole has changed the table, so that no peer could decode the next one. */
    private void add(Turn turn, SessionStream.Block block, boolean end) {
        boolean whole = false;
        try {
            FrameWriter.fields(waiting, turn.stream, block.encode(fields), Frames.PAYLOAD, end);
            turn.ended |= end;
            whole = true;
        } finally {
            if (!whole) {
                IOException why = new IOException("fields could not be encoded");
                fail(why);
                wire.breakInput(why);
            }
        }
    }

    /**
     * Adds a frame of DATA, as soon as the windows allow it, and writes it unless somebody writes already.
     *
     * @param end whether the stream ends behind the last byte
     * @return how many bytes are in it; the others need another one
     */
    int data(Turn turn, byte[] bytes, int offset, int length, boolean end) throws IOException {
        lock.lock();
        try {
            int count = turn.await(length);
            boolean last = end && count == length;
            FrameWriter.dataHead(waiting, turn.stream, count, last);
            waiting.put(bytes, offset, count);
            turn.ended |= last;
            useful += use(count, length);
            turn.window -= count;
            window -= count;
            next();
            write();
            return count;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A peer that opens its window byte by byte gets no credit for that. For a large frame it gets some for the pieces, too, into
     * which frames are cut where a peer opens two windows by turns.
     */
    private static int use(int count, int wanted) {
        return (count == wanted || count >= Score.MUCH ? 1 : 0) + count / MORE_USEFUL;
    }

    /** Adds a frame that no window counts for, and writes it unless somebody writes already. */
    void frame(Frame frame) throws IOException {
        lock.lock();
        try {
            require();
            frame.put(waiting);
            write();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a frame that no window counts for, and does not wait.
     *
     * @throws Http2Exception if the peer takes no such frames, but asks for more and more of them
     */
    void frameLater(Frame frame) throws IOException {
        later(() -> {
            int before = waiting.size();
            frame.put(waiting);
            controlBytes += waiting.size() - before;
            if (controlBytes > MOST_CONTROL_BYTES) {
                throw Http2Exception.ofConnection(
                        ErrorCode.ENHANCE_YOUR_CALM, "more answers are asked for than are taken");
            }
        });
    }

    /** Adds a frame that no window counts for, which this side wants to send, and does not wait. */
    void frameNow(Frame frame) throws IOException {
        later(() -> frame.put(waiting));
    }

    private interface Adding {
        void add() throws IOException;
    }

    /** Adds something with the lock, and has it written by somebody else, unless somebody writes already. */
    private void later(Adding adding) throws IOException {
        boolean start;
        lock.lock();
        try {
            require();
            adding.add();
            start = !busy;
        } finally {
            lock.unlock();
        }
        if (start) {
            startWriter.run();
        }
    }

    /** How many frames of use have been sent since the last call. */
    int takeUseful() {
        lock.lock();
        try {
            int now = useful;
            useful = 0;
            return now;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what has been added, unless somebody does so already. */
    void flush() throws IOException {
        lock.lock();
        try {
            write();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is added for as long as there is something, unless somebody does so already. */
    void writeAll() throws IOException {
        lock.lock();
        try {
            write(Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all has been written, or writing has failed. */
    void drain() throws IOException {
        lock.lock();
        try {
            write(Integer.MAX_VALUE);
            while (busy) {
                idle.awaitUninterruptibly();
                write(Integer.MAX_VALUE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock, which is free while it writes. Nobody writes for others for ever: the next in turn takes over. */
    private void write() throws IOException {
        write(MOST_WRITES);
    }

    private void write(int most) throws IOException {
        require();
        if (busy || waiting.size() == 0) {
            return;
        }
        busy = true;
        int writes = 0;
        try {
            letOthersAdd();
            do {
                OutputBuffer now = waiting;
                waiting = writing;
                writing = now;
                controlBytes = 0;
                next();
                room.signalAll();
                writeOut(now);
                now.rewind();
                writes++;
            } while (writes < most && waiting.size() > 0 && turns.isEmpty());
        } finally {
            busy = false;
            next();
            room.signalAll();
            idle.signalAll();
        }
        writeForOthers();
    }

    private void letOthersAdd() {
        lock.unlock();
        try {
            giveWay.run();
        } finally {
            lock.lock();
        }
    }

    /** What the others have added is written by somebody else. */
    private void writeForOthers() {
        if (waiting.size() > 0 && !busy && turns.isEmpty()) {
            startWriter.run();
        }
    }

    private void writeOut(OutputBuffer bytes) throws IOException {
        presentWrite = ++begun;
        lock.unlock();
        IOException failed = null;
        try {
            wire.write(bytes.bytes(), 0, bytes.size());
        } catch (IOException cause) {
            failed = cause;
            // The thread that reads ends all streams, also those that do not write now.
            wire.breakInput(cause);
        } finally {
            presentWrite = 0;
            lock.lock();
        }
        if (failed != null) {
            fail(failed);
            throw failed;
        }
    }

    /** The number of the write that is under way, or 0. */
    long presentWrite() {
        return presentWrite;
    }

    @SuppressWarnings("WaitNotInLoop") // Each caller looks again.
    private static void await(Condition condition) throws IOException {
        try {
            condition.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before all was written");
        }
    }

    /** The stream that has waited for the longest looks again. If it was the last that would write, it does so. */
    private void next() {
        Turn first = turns.peek();
        if (first != null) {
            first.mayGoOn.signal();
        }
    }

    private void require() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Whether nothing more is written. */
    boolean failed() {
        return failure != null;
    }

    /** Nothing more is written. */
    void fail(IOException why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
            }
            turns.forEach(each -> each.mayGoOn.signal());
            room.signalAll();
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is sent on this stream, and whoever waits for that fails. */
    void stop(Turn turn, IOException why) {
        lock.lock();
        try {
            if (turn.stopped == null) {
                turn.stopped = why;
            }
            turn.mayGoOn.signal();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether all has been sent on this stream. */
    boolean ended(Turn turn) {
        lock.lock();
        try {
            return turn.ended;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the windows allow so many bytes now. */
    boolean allows(Turn turn, long length) {
        lock.lock();
        try {
            return turn.window >= length && window >= length;
        } finally {
            lock.unlock();
        }
    }

    /** The peer takes more on the connection. */
    void open(int increment) throws Http2Exception {
        lock.lock();
        try {
            window += increment;
            if (window > Integer.MAX_VALUE) {
                throw Http2Exception.ofConnection(
                        ErrorCode.FLOW_CONTROL_ERROR, "a window of the connection that is too large (RFC 9113 §6.9.1)");
            }
            next();
        } finally {
            lock.unlock();
        }
    }

    /** The peer takes more on a stream, or less after its settings have changed. */
    void open(Turn turn, int change, boolean ofSettings) throws Http2Exception {
        lock.lock();
        try {
            turn.window += change;
            if (turn.window > Integer.MAX_VALUE) {
                String why = "a window that is too large (RFC 9113 §6.9.1)";
                throw ofSettings
                        ? Http2Exception.ofConnection(ErrorCode.FLOW_CONTROL_ERROR, why)
                        : Http2Exception.ofStream(turn.stream, ErrorCode.FLOW_CONTROL_ERROR, why);
            }
            turn.mayGoOn.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Gives memory back, as nothing is likely to be sent for a while. */
    void trim() {
        lock.lock();
        try {
            if (!busy && waiting.size() == 0) {
                waiting.reset();
                writing.reset();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The peer's table may be as large as this. */
    void tableBytes(int most) {
        lock.lock();
        try {
            fields.tableBytes(most);
        } finally {
            lock.unlock();
        }
    }
}
