package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.ResponseFields;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;

/** The side that opens the streams. */
public final class ClientSession extends Session {
    private volatile boolean peerHasSpoken = true;

    /**
     * A session that has not begun.
     *
     * @param listBytes the largest list of fields, as RFC 9113 §6.5.2 counts
     */
    public ClientSession(Wire wire, TimeSource time, SessionOptions options, int listBytes, InputBuffer.Source in) {
        super(wire, time, options, listBytes, in);
    }

    @Override
    void greet(OutputBuffer out) {
        out.put(Frames.PREFACE, 0, Frames.PREFACE.length);
        FrameWriter.settings(
                out,
                Settings.ENABLE_PUSH,
                0,
                Settings.INITIAL_WINDOW_SIZE,
                options().window(),
                Settings.MAX_HEADER_LIST_SIZE,
                listBytes(),
                Settings.ENABLE_CONNECT_PROTOCOL,
                0);
    }

    /**
     * Opens a stream with a request. It is written with what follows, or by {@link SessionStream#flush}.
     *
     * @param end whether it has no body
     * @param content how long the response is
     * @throws RefusedException if the peer takes no more streams or reads nothing, or the connection has ended
     */
    public SessionStream start(SessionStream.Block block, boolean end, SessionStream.Content content)
            throws RefusedException {
        // The order of the numbers is that of the frames, and no change of the peer's window comes between.
        opening.lock();
        try {
            return startNext(block, end, content);
        } finally {
            opening.unlock();
        }
    }

    private SessionStream startNext(SessionStream.Block block, boolean end, SessionStream.Content content)
            throws RefusedException {
        if (isOver() || peerGoesAway() || last > Integer.MAX_VALUE - 2) {
            throw new RefusedException("the connection takes no more streams");
        }
        int id = last == 0 ? 1 : last + 2;
        last = id;
        SessionStream stream = add(SessionStream.ofResponse(this, id, content));
        boolean begun = false;
        try {
            stream.begin(block, end);
            begun = true;
            return stream;
        } catch (RefusedException refused) {
            throw refused;
        } catch (IOException gone) {
            throw new RefusedException("the connection has ended", gone);
        } finally {
            if (!begun) {
                forget(stream);
            }
        }
    }

    @Override
    public void data(int id, byte[] bytes, int offset, int length, int flow, boolean end) throws IOException {
        peerHasSpoken = true;
        super.data(id, bytes, offset, length, flow, end);
    }

    @Override
    public void fields(int id, byte[] bytes, int offset, int length, boolean end) throws IOException {
        peerHasSpoken = true;
        super.fields(id, bytes, offset, length, end);
    }

    @Override
    void fields(SessionStream stream, FieldBlock block, boolean fits, boolean end) throws IOException {
        if (!fits) {
            throw tooLong(stream);
        }
        if (!stream.awaitsHead()) {
            trailers(stream, block, true, end);
            return;
        }
        ResponseFields head = ResponseFields.of(block, stream.id());
        if (end && head.status() < 200) {
            throw Http2Exception.ofStream(
                    stream.id(), ErrorCode.PROTOCOL_ERROR, "an interim response that ends the stream (RFC 9113 §8.1)");
        }
        stream.receive(head, end);
        received(stream, end);
    }

    @Override
    void fields(int id, FieldBlock block, boolean fits, boolean end) throws IOException {
        requireKnown(id, "HEADERS");
        // Little, as the answer to a request that was given up is no fault.
        count(Score.CONTROL, "fields of a stream that is over");
    }

    /** No server opens a stream. */
    @Override
    int lastOfPeer() {
        return 0;
    }

    /** This side has opened what is lost, and its own requests must not break a connection that others use, too. */
    @Override
    void countLoss(boolean open, int cost, String what) throws IOException {
        if (open) {
            control(what);
        } else {
            score.add(cost, what, time().nanos());
        }
    }

    /**
     * Nobody wants the rest of a response. Where only the end is missing, it is about to come, for example behind the head of a
     * 204: for each reset, a server may take its client for an abuser.
     */
    @Override
    void enough(SessionStream stream) {
        if (!isOpen(stream)) {
            return;
        }
        if (stream.isWhole()) {
            stream.linger(ErrorCode.CANCEL);
        } else {
            reset(stream, ErrorCode.CANCEL, "the stream is closed");
        }
    }

    /** RFC 9113 §6.5.2: a server takes no pushed responses. */
    @Override
    public void setting(int id, long value) throws IOException {
        if (id == Settings.ENABLE_PUSH && value != 0) {
            throw Http2Exception.ofConnection(
                    ErrorCode.PROTOCOL_ERROR, "a server with SETTINGS_ENABLE_PUSH of " + value);
        }
        super.setting(id, value);
    }

    /** Whoever uses a stream is told by the stream itself. */
    @Override
    void left(SessionStream stream) {}

    @Override
    void answered(long opaque) {
        // What comes shows that the peer is there.
    }

    /** RFC 9113 §6.8: nothing was done for streams above the last one, unless it has answered. */
    @Override
    void leaves(int lastOfPeer, ErrorCode code, String why) {
        String message = "the peer goes away with " + why;
        // One that has served nothing on a connection is not well, however politely it ends it.
        boolean inOrder = code == ErrorCode.NO_ERROR && lastOfPeer > 0;
        for (SessionStream each : streams.values()) {
            if (each.id() > lastOfPeer) {
                finish(
                        each,
                        each.refused(inOrder ? RefusedException.goingAway(message) : new RefusedException(message)));
            }
        }
    }

    /** Lets a peer that is silent show that it is there. Never blocks. */
    public void ping() throws IOException {
        peerHasSpoken = false;
        output().frameNow(out -> FrameWriter.ping(out, 0, false));
    }

    /** Whether the peer has sent fields or DATA since the last {@link #ping}, or there was none. */
    public boolean peerHasSpoken() {
        return peerHasSpoken;
    }
}
