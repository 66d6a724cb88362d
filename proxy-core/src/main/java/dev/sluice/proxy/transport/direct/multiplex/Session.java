package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.rule.TrailerFields;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.FrameReader;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.http2.hpack.Decoder;
import dev.sluice.proxy.http2.hpack.HpackException;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection of HTTP/2: its streams, its settings, and its windows, as far as both sides are alike (RFC 9113
 * §5, §6). One thread reads it, see {@link #run}; other methods may be called by any.
 */
public abstract class Session implements FrameReader.Handler {
    /** How many streams that were reset are remembered: what the peer has sent before it knew is no fault of its own. */
    static final int RECENT = 256;

    /** How long the peer may take to read why it is left. */
    private static final Duration LAST = Duration.ofSeconds(1);

    /**
     * How long one write may take that the peer takes byte by byte. It is one of what was collected, and nothing else frees the
     * thread of the stream that does it.
     */
    private static final Duration LONGEST_WRITE = Duration.ofMinutes(2);

    private final Wire wire;
    private final TimeSource time;
    private final SessionOptions options;
    private final int listBytes;
    private final FrameOutput output;
    private final FrameReader reader;
    private final Decoder decoder;
    final Score score;
    final Map<Integer, SessionStream> streams = new ConcurrentHashMap<>();

    /**
     * Whoever opens a stream of this side has it, and whoever changes what new streams begin with. No monitor, as the output's
     * lock is waited for with it: until JDK 24 a virtual thread would keep its carrier, which the owner of that lock may need.
     */
    final ReentrantLock opening = new ReentrantLock();

    private final RecentStreams resets = new RecentStreams(RECENT);
    private final RecentStreams resetsOfPeer = new RecentStreams(RECENT);
    private final AtomicInteger widened = new AtomicInteger();

    /** The sweep's: the write that was under way the last time, and since when. */
    private long slowWrite;

    private long slowSinceNanos;

    /** The reader's. */
    private Settings announced = Settings.INITIAL;

    private int leastTableBytes = Settings.INITIAL.tableBytes();
    private int open;
    private int unsaid;
    private boolean settled;

    /** Whether it ends, so that nothing more is begun on it. */
    private volatile boolean over;

    private volatile Settings peer = Settings.INITIAL;
    /** The last stream that was opened. */
    volatile int last;

    private final Signal heard = new Signal();
    private volatile boolean peerGoesAway;

    /** Whether the peer has seen the settings of this side. */
    private volatile boolean acknowledged;

    Session(Wire wire, TimeSource time, SessionOptions options, int listBytes, InputBuffer.Source in) {
        this.wire = wire;
        this.time = time;
        this.options = options;
        this.listBytes = listBytes;
        this.output = new FrameOutput(wire, this::startWriter, this::giveWay);
        // A block may be longer than its list, as it may have been encoded without need; but not without end.
        this.reader = new FrameReader(new ReadAhead(in), 2 * listBytes, this);
        this.decoder = new Decoder(listBytes);
        this.score = new Score(options.score(), time.nanos());
        this.open = Settings.INITIAL.window();
    }

    /** Puts what it says first into a buffer: its settings. */
    abstract void greet(OutputBuffer out);

    /** Takes fields of a stream that is open. */
    abstract void fields(SessionStream stream, FieldBlock block, boolean fits, boolean end) throws IOException;

    /** Takes fields of a stream with an odd number that is not open. */
    abstract void fields(int id, FieldBlock block, boolean fits, boolean end) throws IOException;

    /** A stream has ended before both sides had sent all, and not because this side has given it up. Never blocks. */
    abstract void left(SessionStream stream);

    /** The peer has answered a PING. */
    abstract void answered(long opaque);

    /** The last stream of the peer's for which this side has done anything. */
    abstract int lastOfPeer();

    /** A stream is lost: the peer has reset it, or broken a rule on it. */
    abstract void countLoss(boolean open, int cost, String what) throws IOException;

    /** This side has sent all of a stream, and needs no more of it. Never blocks. */
    abstract void enough(SessionStream stream);

    /** The peer opens no more streams, and has done nothing for those of this side above the last one. */
    abstract void leaves(int lastOfPeer, ErrorCode code, String why);

    Wire wire() {
        return wire;
    }

    TimeSource time() {
        return time;
    }

    SessionOptions options() {
        return options;
    }

    int listBytes() {
        return listBytes;
    }

    FrameOutput output() {
        return output;
    }

    /** What the peer has asked for, as far as it is known by now. */
    public Settings peer() {
        return peer;
    }

    /** Fires when the peer has said what it asks for, or the session has ended. */
    public Signal heard() {
        return heard;
    }

    /** Whether it has ended, or is about to: nothing more is begun on it. */
    public boolean isOver() {
        return over || output.failed();
    }

    /** To a single stream it would only cost time. */
    @SuppressWarnings("ThreadPriorityCheck") // It saves work, and nothing depends on it.
    private void giveWay() {
        if (streams.size() > 1) {
            Thread.yield();
        }
    }

    private void startWriter() {
        time.start("http2-write", () -> {
            try {
                output.writeAll();
            } catch (IOException failed) {
                // The reader sees it too, and whoever writes.
            }
        });
    }

    /** Says what this side allows. Before {@link #run}. */
    public void begin() throws IOException {
        int more = options.sessionWindow() - open;
        output.frame(out -> {
            greet(out);
            if (more > 0) {
                FrameWriter.window(out, 0, more);
            }
        });
        open += more;
    }

    /**
     * Reads frames until the peer ends the connection, breaks it, or breaks the protocol; then it is told so. At the end all
     * streams have ended.
     *
     * @throws IOException if the connection fails, also by what its input was broken with
     */
    public void run() throws IOException {
        IOException why = new EOFException("the peer has ended the connection");
        try {
            readAll();
        } catch (HpackException undecodable) {
            Http2Exception fault =
                    Http2Exception.ofConnection(ErrorCode.COMPRESSION_ERROR, String.valueOf(undecodable.getMessage()));
            why = fault;
            tell(fault);
            throw undecodable;
        } catch (Http2Exception fault) {
            why = fault;
            tell(fault);
            throw fault;
        } catch (WireTimeoutException late) {
            why = late;
            tell(Http2Exception.ofConnection(ErrorCode.NO_ERROR, ""));
        } catch (IOException failed) {
            why = failed;
            throw failed;
        } finally {
            end(why);
        }
    }

    private void readAll() throws IOException {
        boolean more = true;
        while (more) {
            try {
                more = reader.next();
            } catch (Http2Exception fault) {
                if (fault.stream() == 0) {
                    throw fault;
                }
                lost(fault);
            }
        }
    }

    /** A rule of one stream was broken. */
    private void lost(Http2Exception fault) throws IOException {
        if (isIdle(fault.stream())) {
            // RFC 9113 §6.4: no stream is reset that nobody has opened.
            throw Http2Exception.ofConnection(fault.code(), String.valueOf(fault.getMessage()));
        }
        // Who does not know the limit yet opens many above it, and nothing is begun for them.
        boolean refused = fault.code() == ErrorCode.REFUSED_STREAM;
        SessionStream stream = streams.get(fault.stream());
        countLoss(stream != null, refused ? Score.EMPTY : Score.LOST_STREAM, "a stream with an error");
        resets.add(fault.stream());
        if (stream != null) {
            finish(stream, fault);
            left(stream);
        }
        output.frameLater(out -> FrameWriter.reset(out, fault.stream(), fault.code()));
    }

    /** RFC 9113 §5.4.1: the peer is told why the connection ends. */
    private void tell(Http2Exception fault) {
        over = true;
        wire.writeDeadline(time.deadline(LAST));
        try {
            output.frame(
                    out -> FrameWriter.goAway(out, lastOfPeer(), fault.code(), String.valueOf(fault.getMessage())));
            output.drain();
        } catch (IOException gone) {
            // It does not want to know.
        }
    }

    private void end(IOException why) {
        over = true;
        heard.fire();
        output.fail(why);
        for (SessionStream each : streams.values()) {
            finish(each, why);
            left(each);
        }
    }

    /** What the peer may send on a new stream: before it has seen our settings, what each stream begins with (RFC 9113 §6.9.3). */
    int window() {
        return acknowledged ? options.window() : Math.max(options.window(), Settings.INITIAL.window());
    }

    /** One more stream is open. */
    SessionStream add(SessionStream stream) {
        streams.put(stream.id(), stream);
        return stream;
    }

    /** How many streams are open. */
    public int streams() {
        return streams.size();
    }

    void finish(SessionStream stream, IOException why) {
        // First, as its thread resets a stream that is still known.
        forget(stream);
        stream.over(why);
    }

    /** Returns whether it was there. */
    boolean forget(SessionStream stream) {
        boolean known = streams.remove(stream.id(), stream);
        if (known) {
            widened.addAndGet(-stream.widened());
        }
        return known;
    }

    /** All has been sent on a stream. */
    void sent(SessionStream stream) {
        if (stream.received()) {
            forget(stream);
        }
    }

    /** Whether not both sides have sent all; then the thread that reads may not have forgotten it yet. */
    boolean isOpen(SessionStream stream) {
        return streams.containsKey(stream.id()) && !stream.complete();
    }

    /** Resets a stream, unless it is over. */
    void reset(SessionStream stream, ErrorCode code, String why) {
        if (!isOpen(stream)) {
            return;
        }
        resets.add(stream.id());
        if (!forget(stream)) {
            return;
        }
        stream.over(new IOException(why));
        try {
            output.frameNow(out -> FrameWriter.reset(out, stream.id(), code));
        } catch (IOException gone) {
            // Then all streams are over.
        }
    }

    /** By how much a window may grow. */
    int widen(int window) {
        int more = Math.min(window, options.maxWindow() - window);
        if (more <= 0 || widened.addAndGet(more) <= options.sessionWindow()) {
            return Math.max(0, more);
        }
        widened.addAndGet(-more);
        return 0;
    }

    /** Whether the peer opens no more streams. */
    public boolean peerGoesAway() {
        return peerGoesAway;
    }

    /** Waits until all has been written. */
    public void drainOutput() throws IOException {
        output.drain();
    }

    /** Gives memory back, as nothing is likely to happen for a while. */
    public void trim() {
        output.trim();
    }

    /** Checks the deadlines of all streams, and whether the peer takes anything. */
    public void sweep(long nowNanos) {
        streams.values().forEach(each -> each.sweep(nowNanos));
        long write = output.presentWrite();
        if (write != slowWrite) {
            slowWrite = write;
            slowSinceNanos = nowNanos;
        } else if (write != 0 && nowNanos - slowSinceNanos >= LONGEST_WRITE.toNanos()) {
            wire.breakOutput();
        }
    }

    @Override
    public void data(int id, byte[] bytes, int offset, int length, int flow, boolean end) throws IOException {
        requireSettled();
        creditSession(flow);
        SessionStream stream = unended(id);
        count(cost(length, end, stream == null), "DATA");
        if (stream == null) {
            requireKnown(id, "DATA");
        } else {
            stream.receive(bytes, offset, length, flow, end);
            received(stream, end);
        }
    }

    /** What is late has perhaps been sent before it was known to be, but there is no end of it if it costs nothing. */
    private static int cost(int length, boolean end, boolean late) {
        if (length == 0 && !end) {
            return Score.EMPTY;
        }
        if (late) {
            return length < Score.MUCH ? Score.CONTROL : 0;
        }
        return length >= Score.MUCH || (end && length > 0) ? Score.DATA : 0;
    }

    /** The stream, or null. One that has ended on both sides is none, although its thread may not know yet. */
    private @Nullable SessionStream unended(int id) {
        SessionStream stream = streams.get(id);
        return stream == null || stream.complete() ? null : stream;
    }

    void received(SessionStream stream, boolean end) {
        if (end && stream.complete()) {
            forget(stream);
        }
    }

    /** The connection's window opens as bytes come, so that a stream that nobody reads stops no other. */
    private void creditSession(int flow) throws IOException {
        open -= flow;
        if (open < 0) {
            throw Http2Exception.ofConnection(
                    ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the connection's window allows (RFC 9113 §6.9.1)");
        }
        unsaid += flow;
        if (unsaid >= options.sessionWindow() / 2) {
            int credit = unsaid;
            open += credit;
            unsaid = 0;
            output.frameLater(out -> FrameWriter.window(out, 0, credit));
        }
    }

    /** A frame for a stream that is not open: it may be late, if this side has reset it (RFC 9113 §5.1). */
    void requireKnown(int id, String what) throws Http2Exception {
        if (isIdle(id)) {
            throw Http2Exception.ofConnection(
                    ErrorCode.PROTOCOL_ERROR, what + " for stream " + id + ", which is not open (RFC 9113 §5.1)");
        }
        if (resetsOfPeer.has(id)) {
            throw Http2Exception.ofStream(
                    id, ErrorCode.STREAM_CLOSED, what + " behind the peer's own reset (RFC 9113 §5.1)");
        }
        if (!isIgnored(id)) {
            throw Http2Exception.ofConnection(
                    ErrorCode.STREAM_CLOSED, what + " for stream " + id + ", which has ended (RFC 9113 §5.1)");
        }
    }

    /** Whether this side takes no notice of frames for a stream that it knows. */
    boolean isIgnored(int id) {
        return resets.mayHave(id);
    }

    /** Nobody has opened it. Those with even numbers are ours, and we open none. */
    private boolean isIdle(int id) {
        return id > last || id % 2 == 0;
    }

    @Override
    public void fields(int id, byte[] bytes, int offset, int length, boolean end) throws IOException {
        requireSettled();
        FieldBlock block = new FieldBlock();
        // In any case, as later blocks refer to it.
        boolean fits = decoder.decode(bytes, offset, length, block);
        SessionStream stream = unended(id);
        if (stream != null) {
            stream.receive(block.secrets());
            fields(stream, block, fits, end);
        } else if (id % 2 == 0) {
            throw Http2Exception.ofConnection(
                    ErrorCode.PROTOCOL_ERROR, "HEADERS for stream " + id + ", which is no client's (RFC 9113 §5.1.1)");
        } else {
            fields(id, block, fits, end);
        }
    }

    Http2Exception tooLong(SessionStream stream) {
        return Http2Exception.ofStream(
                stream.id(), ErrorCode.ENHANCE_YOUR_CALM, "fields of more than " + listBytes + " bytes");
    }

    void trailers(SessionStream stream, FieldBlock block, boolean fits, boolean end) throws Http2Exception {
        stream.requireOpenForTrailers();
        if (!end) {
            throw Http2Exception.ofStream(
                    stream.id(), ErrorCode.PROTOCOL_ERROR, "trailers that do not end the stream (RFC 9113 §8.1)");
        }
        Headers fields = block.rest(stream.id());
        if (!fits) {
            throw tooLong(stream);
        }
        stream.receive(TrailerFields.allowed(fields));
        received(stream, true);
    }

    @Override
    public void reset(int id, ErrorCode code) throws IOException {
        requireSettled();
        SessionStream stream = streams.get(id);
        countLoss(stream != null, Score.LOST_STREAM, "RST_STREAM");
        if (stream != null) {
            resetsOfPeer.add(id);
            finish(stream, reason(stream, code));
            left(stream);
        } else if (isIdle(id)) {
            requireKnown(id, "RST_STREAM");
        } else if (resets.has(id)) {
            resetsOfPeer.add(id);
        }
    }

    private static IOException reason(SessionStream stream, ErrorCode code) {
        String why = "the peer has reset the stream with " + code;
        return switch (code) {
            case HTTP_1_1_REQUIRED -> stream.refused(RefusedException.requiringHttp1(why));
            case REFUSED_STREAM -> stream.refused(new RefusedException(why));
            default -> new IOException(why);
        };
    }

    @Override
    public void setting(int id, long value) throws IOException {
        announced = announced.with(id, value);
        leastTableBytes = Math.min(leastTableBytes, announced.tableBytes());
    }

    @Override
    public void settingsEnd() throws IOException {
        settled = true;
        control("SETTINGS");
        // First, so that it is written before what the new windows allow: the peer then knows by what it is measured.
        acknowledge(leastTableBytes, announced.tableBytes());
        leastTableBytes = announced.tableBytes();
        int change = announced.window() - peer.window();
        opening.lock();
        try {
            peer = announced;
            if (change != 0) {
                for (SessionStream each : streams.values()) {
                    each.open(change, true);
                }
            }
        } finally {
            opening.unlock();
        }
        heard.fire();
    }

    /** No block between the two: before it is told so, the peer does not know of the table that it has allowed. */
    private void acknowledge(int leastTable, int table) throws IOException {
        output.frameLater(out -> {
            FrameWriter.settingsAcknowledged(out);
            output.tableBytes(leastTable);
            output.tableBytes(table);
        });
    }

    void control(String what) throws IOException {
        count(Score.CONTROL, what);
    }

    /** A frame costs something, unless something was sent that is of use to the peer, or is of use itself. */
    void count(int cost, String what) throws IOException {
        score.add(cost > 0 ? cost + output.takeUseful() * Score.DATA : cost, what, time.nanos());
    }

    @Override
    public void settingsAcknowledged() throws IOException {
        requireSettled();
        control("an acknowledgement of SETTINGS");
        acknowledged = true;
    }

    @Override
    public void ping(long opaque, boolean answer) throws IOException {
        requireSettled();
        control("PING");
        if (!answer) {
            output.frameLater(out -> FrameWriter.ping(out, opaque, true));
        } else {
            answered(opaque);
        }
    }

    @Override
    public void goAway(int lastOfPeer, ErrorCode code, String debug) throws IOException {
        requireSettled();
        control("GOAWAY");
        opening.lock();
        try {
            peerGoesAway = true;
        } finally {
            opening.unlock();
        }
        leaves(lastOfPeer, code, debug.isEmpty() ? code.toString() : code + " " + debug);
    }

    @Override
    public void window(int id, int increment) throws IOException {
        requireSettled();
        control("WINDOW_UPDATE");
        if (id == 0) {
            output.open(increment);
            return;
        }
        SessionStream stream = streams.get(id);
        if (stream != null) {
            stream.open(increment, false);
        } else if (isIdle(id)) {
            requireKnown(id, "WINDOW_UPDATE");
        }
    }

    @Override
    public void ignored(int type, int length) throws IOException {
        requireSettled();
        control("a frame of type " + type);
    }

    /** RFC 9113 §3.4: the preface ends with SETTINGS. */
    private void requireSettled() throws Http2Exception {
        if (!settled) {
            throw Http2Exception.ofConnection(
                    ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS (RFC 9113 §3.4)");
        }
    }
}
