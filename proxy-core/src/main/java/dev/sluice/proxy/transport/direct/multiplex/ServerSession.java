package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;

/** The side that serves the streams which its peer opens, and that tells it when it is to open no more. */
public final class ServerSession extends Session {
    private static final long DRAIN_PING = 0x536c75696365L;
    private static final long LAST_PING = DRAIN_PING + 1;

    private final Role role;
    private final RecentStreams passedOver = new RecentStreams(RECENT);
    private volatile int lastTaken = Integer.MAX_VALUE;
    private volatile boolean pinged;
    private volatile boolean pingedLast;

    /** Who serves the streams. Called by the thread that reads, which must not wait. */
    public interface Role {
        /** The peer has said what it asks for, which comes first. */
        void greeted();

        /**
         * A request.
         *
         * @param block its fields
         * @param fits whether its fields are no longer than they may be
         * @param end whether it has no body
         * @throws Http2Exception if the stream is refused
         */
        void opened(int id, FieldBlock block, boolean fits, boolean end) throws IOException;

        /** The peer has reset a stream, or broken a rule on it, or the connection has ended. */
        void left(SessionStream stream);

        /** The peer has seen that we go away, or opens no more streams itself. */
        void goesAway();
    }

    /**
     * A session that has not begun. The client's preface is not for it.
     *
     * @param listBytes the largest list of fields, as RFC 9113 §6.5.2 counts
     */
    public ServerSession(
            Wire wire, TimeSource time, SessionOptions options, int listBytes, InputBuffer.Source in, Role role) {
        super(wire, time, options, listBytes, in);
        this.role = role;
    }

    @Override
    void greet(OutputBuffer out) {
        FrameWriter.settings(
                out,
                Settings.MAX_CONCURRENT_STREAMS,
                options().streams(),
                Settings.INITIAL_WINDOW_SIZE,
                options().window(),
                Settings.MAX_HEADER_LIST_SIZE,
                listBytes(),
                Settings.ENABLE_CONNECT_PROTOCOL,
                1);
    }

    /**
     * A stream that the peer has opened, and that is to be served.
     *
     * @param block its fields
     * @param expected the length of its body, or {@link dev.sluice.proxy.Body#UNKNOWN}
     */
    public SessionStream open(int id, FieldBlock block, long expected, boolean end) {
        SessionStream stream = add(SessionStream.ofRequest(this, id, expected, end));
        stream.receive(block.secrets());
        return stream;
    }

    @Override
    void fields(SessionStream stream, FieldBlock block, boolean fits, boolean end) throws IOException {
        trailers(stream, block, fits, end);
    }

    @Override
    void fields(int id, FieldBlock block, boolean fits, boolean end) throws IOException {
        if (passedOver.has(id)) {
            throw Http2Exception.ofConnection(
                    ErrorCode.PROTOCOL_ERROR, "HEADERS for stream " + id + " behind a later one (RFC 9113 §5.1.1)");
        }
        if (id <= last) {
            requireKnown(id, "HEADERS");
            count(Score.EMPTY, "fields of a stream that is over");
            return;
        }
        passOver(id);
        if (take(id)) {
            count(Score.STREAM, "HEADERS");
            role.opened(id, block, fits, end);
        } else {
            count(Score.CONTROL, "a stream behind the last one");
        }
    }

    /** Streams before this one that were not opened, and cannot be any more; the last of them are remembered. */
    private void passOver(int opened) {
        for (int each = Math.max((last + 1) | 1, opened - 2 * RECENT); each < opened; each += 2) {
            passedOver.add(each);
        }
    }

    /** Returns whether a new stream is served; from then on it is among those that a GOAWAY says are. */
    private synchronized boolean take(int id) {
        last = id;
        return id <= lastTaken;
    }

    @Override
    boolean isIgnored(int id) {
        return id > lastTaken || super.isIgnored(id);
    }

    @Override
    void left(SessionStream stream) {
        role.left(stream);
    }

    @Override
    public void settingsEnd() throws IOException {
        boolean first = !heard().fired();
        super.settingsEnd();
        if (first) {
            role.greeted();
        }
    }

    @Override
    int lastOfPeer() {
        return Math.min(last, lastTaken);
    }

    @Override
    void countLoss(boolean open, int cost, String what) throws IOException {
        score.add(cost, what, time().nanos());
    }

    /**
     * Behind a whole response, the rest of the request is not needed (RFC 9113 §8.1). Most clients are about to end it, and some
     * take a reset for a failure: so it is awaited for a moment, unless there are as many such streams as may be open.
     */
    @Override
    void enough(SessionStream stream) {
        if (!isOpen(stream)) {
            return;
        }
        if (streams() <= 2 * options().streams()) {
            stream.linger(ErrorCode.NO_ERROR);
        } else {
            reset(stream, ErrorCode.NO_ERROR, SessionStream.UNNEEDED);
        }
    }

    /** The peer is to open no more streams; those that are on their way are served. Never blocks. */
    public void goAway() throws IOException {
        output().frameNow(out -> {
            FrameWriter.goAway(out, Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
            FrameWriter.ping(out, DRAIN_PING, false);
        });
    }

    /** Streams that come from here on are not served (RFC 9113 §6.8). Never blocks. */
    public void goAwayNow() throws IOException {
        int taken = takeNoMore();
        output().frameNow(out -> {
            FrameWriter.goAway(out, taken, ErrorCode.NO_ERROR, "");
            FrameWriter.ping(out, LAST_PING, false);
        });
    }

    private synchronized int takeNoMore() {
        lastTaken = Math.min(lastTaken, last);
        return lastTaken;
    }

    @Override
    void answered(long opaque) {
        if (opaque == DRAIN_PING) {
            pinged = true;
            role.goesAway();
        } else if (opaque == LAST_PING) {
            pingedLast = true;
            role.goesAway();
        }
    }

    /** Whether the peer has seen {@link #goAway}. */
    public boolean hasSeenGoAway() {
        return pinged;
    }

    /** Whether the peer has seen {@link #goAwayNow}, and so knows which of its streams nobody has begun. */
    public boolean hasSeenLastGoAway() {
        return pingedLast;
    }

    @Override
    void leaves(int lastOfPeer, ErrorCode code, String why) {
        role.goesAway();
    }
}
