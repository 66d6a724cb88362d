package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldWriter;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.ResponseFields;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.TimedWire;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection: the bytes of its DATA as a wire (RFC 9113 §5). What a wire is closed with, a stream is reset
 * with. Its window opens as it is read, so that whoever does not read stops this stream and no other. Safe for use by many
 * threads, of which one reads and one writes.
 */
public final class SessionStream extends TimedWire {
    /** How many interim responses may wait to be looked at. */
    private static final int MOST_HEADS = 100;

    /** More often than for so many bytes, telling the peer would cost more than it brings. */
    private static final int LEAST_STEP = 256 * 1024;

    /** How long a peer may take to end what nobody needs any more. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** Why a stream is over that its peer has not ended. */
    static final String UNNEEDED = "nobody needs more of the stream";

    private final Session session;
    private final int id;

    /** What a response is measured by, or null if a request comes. */
    private final @Nullable Content content;

    private final FrameOutput.Turn turn;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    /** From here on with the lock. */
    private final ReceivedBytes received = new ReceivedBytes();

    private int window;
    /** What the peer may still send. */
    private int open;
    /** What has been read, or was not kept, and the peer has not been told. */
    private int unsaid;

    private long expected;
    private boolean ended;
    private final Queue<ResponseFields> heads = new ArrayDeque<>(1);

    /** Whether any head has come. */
    private boolean heard;

    /** Whether no other head is to come. */
    private boolean answered;

    private Headers trailers = Headers.empty();
    private Set<String> secrets = Set.of();
    private @Nullable IOException broken;

    private volatile boolean closed;
    private volatile boolean left;
    private volatile long lingersSinceNanos = TimeSource.NEVER;
    private volatile ErrorCode lastCode = ErrorCode.NO_ERROR;

    /** Encodes a field block. */
    @FunctionalInterface
    public interface Block {
        /** Returns the block, which is used at once. */
        OutputBuffer encode(FieldWriter writer);
    }

    /** How long the body of a response is. */
    @FunctionalInterface
    public interface Content {
        /**
         * Returns the bytes of the body, or {@link Body#UNKNOWN}. Called by the thread that reads, before the head is handed on.
         *
         * @param head a final one
         * @throws ProxyException if the head says no length that is one
         */
        long length(ResponseFields head) throws ProxyException;
    }

    private SessionStream(Session session, int id, long expected, boolean ended, @Nullable Content content) {
        super(session.time());
        this.session = session;
        this.id = id;
        this.content = content;
        this.turn = session.output().turn(id, session.peer().window());
        this.window = session.options().window();
        this.open = session.window();
        this.expected = expected;
        this.ended = ended;
        this.answered = content == null;
    }

    /**
     * A stream on which a request has come.
     *
     * @param expected the bytes of its body, or {@link Body#UNKNOWN}
     */
    static SessionStream ofRequest(Session session, int id, long expected, boolean ended) {
        return new SessionStream(session, id, expected, ended, null);
    }

    /** A stream on which a response is to come. */
    static SessionStream ofResponse(Session session, int id, Content content) {
        return new SessionStream(session, id, Body.UNKNOWN, false, content);
    }

    /** Sends the fields that open it. */
    void begin(Block block, boolean end) throws IOException {
        session.output().fieldsLater(turn, block, end);
    }

    FrameOutput.Turn turn() {
        return turn;
    }

    /** Its number. */
    public int id() {
        return id;
    }

    /** Sends a field block, with what follows or by {@link #flush}. */
    public void send(Block block, boolean end) throws IOException {
        writeDeadline.begin();
        try {
            session.output().fields(turn, block, end);
        } finally {
            writeDeadline.end();
        }
        if (end) {
            session.sent(this);
        }
    }

    /**
     * Ends this side's direction with trailers, in place of what would have come. Never blocks.
     *
     * @throws IOException if it has ended already
     */
    public void endNow(Block trailers) throws IOException {
        session.output().lastFieldsNow(turn, trailers);
        session.sent(this);
    }

    /** Returns whether the peer allows so many bytes of DATA now. */
    public boolean allows(long length) {
        return session.output().allows(turn, length);
    }

    /** Sends what has been added. */
    public void flush() throws IOException {
        session.output().flush();
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        write(source, offset, length, false);
    }

    /** Writes bytes, and perhaps the end of this side's direction. */
    public void write(byte[] source, int offset, int length, boolean end) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (length == 0 && !end) {
            return;
        }
        writeDeadline.begin();
        try {
            int at = session.output().data(turn, source, offset, length, end);
            while (at < length) {
                writeDeadline.moved();
                at += session.output().data(turn, source, offset + at, length - at, end);
            }
        } finally {
            writeDeadline.end();
        }
        if (end) {
            session.sent(this);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (!session.output().ended(turn)) {
            write(new byte[0], 0, 0, true);
        }
    }

    /**
     * The next head of a response, interim or final, waited for.
     *
     * @throws EOFException if the peer has sent all, and no final one
     */
    public ResponseFields head() throws IOException {
        lock.lock();
        try {
            await(() -> !heads.isEmpty());
            ResponseFields next = heads.poll();
            if (next == null) {
                throw new EOFException("the stream ended before a response");
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Why the stream is over where the peer says that it has done nothing for it, which is true only before an answer. */
    IOException refused(RefusedException said) {
        lock.lock();
        try {
            return heard ? new IOException(said.getMessage() + ", although it has answered") : said;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the peer has sent a response to its last byte, and only its end is missing. */
    boolean isWhole() {
        lock.lock();
        try {
            return content != null && answered && expected == 0;
        } finally {
            lock.unlock();
        }
    }

    boolean awaitsHead() {
        lock.lock();
        try {
            return !answered;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the head of a response. For the thread that reads the connection. */
    void receive(ResponseFields head, boolean end) throws Http2Exception {
        lock.lock();
        try {
            requireOpen("HEADERS");
            if (heads.size() >= MOST_HEADS) {
                throw Http2Exception.ofStream(id, ErrorCode.ENHANCE_YOUR_CALM, "too many heads at once");
            }
            if (head.status() >= 200) {
                expected = length(head);
                count(0, end);
                answered = true;
            }
            heads.add(head);
            heard = true;
            ended = end;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** RFC 9113 §8.1.1: a response whose head has a faulty length is malformed, too. */
    private long length(ResponseFields head) throws Http2Exception {
        try {
            return content == null ? Body.UNKNOWN : content.length(head);
        } catch (ProxyException faulty) {
            throw Http2Exception.ofStream(id, ErrorCode.PROTOCOL_ERROR, String.valueOf(faulty.getMessage()));
        }
    }

    /** What the peer has sent behind its body. */
    public Headers trailers() {
        lock.lock();
        try {
            return trailers;
        } finally {
            lock.unlock();
        }
    }

    /** The names of those fields, in any block that has come, which must never be put into a table. */
    public Set<String> secrets() {
        lock.lock();
        try {
            return secrets;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the names of a block's. For the thread that reads the connection. */
    void receive(Set<String> secretsOfBlock) {
        if (secretsOfBlock.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            Set<String> all = new HashSet<>(secrets);
            all.addAll(secretsOfBlock);
            secrets = Set.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        int taken;
        int credit;
        lock.lock();
        try {
            await(() -> received.size() > 0);
            if (received.size() == 0) {
                return -1;
            }
            boolean fast = received.size() <= length && open < window / 2;
            taken = received.take(target, offset, length);
            unsaid += taken;
            credit = credit(fast);
        } finally {
            lock.unlock();
        }
        if (credit > 0) {
            session.output().frame(out -> FrameWriter.window(out, id, credit));
        }
        return taken;
    }

    /** Waits until it is there, or the end. */
    private void await(BooleanSupplier there) throws IOException {
        readDeadline.begin();
        try {
            requireInput();
            while (!there.getAsBoolean() && !ended) {
                arrived.await();
                requireInput();
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before anything came");
        } finally {
            readDeadline.end();
        }
    }

    private void requireInput() throws IOException {
        if (broken != null) {
            throw broken;
        }
    }

    /**
     * What the peer is to be told now that it may send. Whoever reads as fast as it sends gets a larger window, as long as the
     * connection has memory for it.
     */
    private int credit(boolean fast) {
        if (ended || unsaid < step()) {
            return 0;
        }
        int more = fast ? session.widen(window) : 0;
        window += more;
        int credit = unsaid + more;
        open += credit;
        unsaid = 0;
        return credit;
    }

    /**
     * By how much the window opens at once: by half. A large one that grows no more opens by an eighth, as a peer that is far
     * away uses no more of a window than what it was told a round trip ago.
     */
    private int step() {
        boolean grows = window < session.options().maxWindow();
        return grows ? window / 2 : Math.min(window / 2, Math.max(window / 8, LEAST_STEP));
    }

    /**
     * Takes DATA. For the thread that reads the connection.
     *
     * @param flow what counts for the window: the padding too
     */
    void receive(byte[] bytes, int offset, int length, int flow, boolean end) throws IOException {
        int credit;
        lock.lock();
        try {
            requireOpen("DATA");
            open -= flow;
            if (open < 0) {
                throw Http2Exception.ofStream(
                        id, ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the window allows (RFC 9113 §6.9.1)");
            }
            requireHead();
            count(length, end);
            ended = end;
            unsaid += flow - length;
            if (broken == null) {
                received.add(bytes, offset, length);
            }
            credit = credit(false);
            arrived.signal();
        } finally {
            lock.unlock();
        }
        if (credit > 0) {
            session.output().frameLater(out -> FrameWriter.window(out, id, credit));
        }
    }

    private void requireHead() throws Http2Exception {
        if (!answered) {
            throw Http2Exception.ofStream(id, ErrorCode.PROTOCOL_ERROR, "DATA before a head (RFC 9113 §8.1)");
        }
    }

    private void requireOpen(String what) throws Http2Exception {
        if (ended) {
            throw Http2Exception.ofStream(
                    id, ErrorCode.STREAM_CLOSED, what + " behind the end of the stream (RFC 9113 §5.1)");
        }
    }

    /** RFC 9113 §8.1.1: the length is what it was said to be. */
    private void count(long length, boolean end) throws Http2Exception {
        if (expected == Body.UNKNOWN) {
            return;
        }
        expected -= length;
        if (expected < 0 || (end && expected > 0)) {
            throw Http2Exception.ofStream(
                    id, ErrorCode.PROTOCOL_ERROR, "another length than content-length says (RFC 9113 §8.1.1)");
        }
    }

    /** Takes trailers. For the thread that reads the connection. */
    void receive(Headers fields) throws Http2Exception {
        lock.lock();
        try {
            count(0, true);
            trailers = fields;
            ended = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more fields may come. */
    void requireOpenForTrailers() throws Http2Exception {
        lock.lock();
        try {
            requireOpen("HEADERS");
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the peer has sent all. */
    public boolean received() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the peer has sent all, and nothing of it is left: no bytes, and no trailers. */
    public boolean isEmpty() {
        lock.lock();
        try {
            return ended && broken == null && received.size() == 0 && trailers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether both sides have sent all. */
    boolean complete() {
        return received() && session.output().ended(turn);
    }

    /** Returns whether the peer may know that it is over, because both sides have sent all, or this one has closed it. */
    public boolean isOver() {
        return left || complete();
    }

    /** The bytes that the window has grown by, which others may have now. */
    int widened() {
        lock.lock();
        try {
            return window - session.options().window();
        } finally {
            lock.unlock();
        }
    }

    /** The peer takes more, or less. */
    void open(int change, boolean ofSettings) throws Http2Exception {
        session.output().open(turn, change, ofSettings);
    }

    /**
     * The stream is over, without an end of its own. A response that is whole stays so, whatever comes behind it: only the
     * rest of the request is not needed (RFC 9113 §8.1).
     */
    void over(IOException why) {
        closed = true;
        // In this order: whoever reads writes an answer when it fails.
        session.output().stop(turn, why);
        if (content == null || !received()) {
            breakInput(why);
        }
    }

    @Override
    public InetSocketAddress remote() {
        return session.wire().remote();
    }

    @Override
    public InetSocketAddress local() {
        return session.wire().local();
    }

    @Override
    public @Nullable SSLSession tls() {
        return session.wire().tls();
    }

    /** The connection. */
    public Wire connection() {
        return session.wire();
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return broken == null ? received.size() : 0;
        } finally {
            lock.unlock();
        }
    }

    void sweep(long nowNanos) {
        long since = lingersSinceNanos;
        if (since != TimeSource.NEVER && nowNanos - since >= MOMENT.toNanos()) {
            reset(lastCode, UNNEEDED);
        }
        if (readDeadline.overdue(nowNanos)) {
            breakInput(new WireTimeoutException("reading was not done by its deadline"));
        }
        if (writeDeadline.overdue(nowNanos)) {
            session.output().stop(turn, new WireTimeoutException("writing was not done by its deadline"));
        }
    }

    /** Bytes that nobody reads do not open the window. */
    @Override
    public void breakInput(IOException why) {
        lock.lock();
        try {
            if (broken == null) {
                broken = why;
                received.clear();
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean peek() {
        return !closed;
    }

    @Override
    public boolean failed() {
        return closed;
    }

    /** The peer sees that the data was cut. */
    @Override
    public void breakOutput() {
        reset(ErrorCode.INTERNAL_ERROR, "the stream was cut");
    }

    @Override
    public void abort() {
        reset(ErrorCode.CANCEL, "the stream was aborted");
    }

    /** Resets the stream, unless it is over. Never blocks. */
    public void reset(ErrorCode code, String why) {
        session.reset(this, code, why);
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        left = true;
        if (session.output().ended(turn)) {
            session.enough(this);
        } else {
            reset(ErrorCode.CANCEL, "the stream is closed");
        }
    }

    /**
     * What comes is checked and dropped until the peer ends the stream, for a moment; then it is told that it need not.
     *
     * @param code what it is told
     */
    void linger(ErrorCode code) {
        over(new IOException(UNNEEDED));
        lastCode = code;
        lingersSinceNanos = session.time().nanos();
    }

    /** Its number, and the connection. */
    @Override
    public String toString() {
        return "stream " + id + " of " + session.wire();
    }
}
