package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.hpack.Encoder;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The windows of streams and of their connection, frame by frame. */
class SessionStreamTest {
    private static final int WINDOW = 32 * 1024;
    private static final int SESSION_WINDOW = 65_535;
    private static final int PADDED = 8;
    private static final int MOST_CONTROL_BYTES = 16 * 1024;

    private final Peer peer = new Peer();
    private final GatedWire wire = peer.wire;
    private final Map<Integer, SessionStream> streams = new ConcurrentHashMap<>();
    private final Encoder encoder = new Encoder();
    private final SessionOptions options = new SessionOptions(100, WINDOW, 2 * WINDOW, SESSION_WINDOW, 1_000);
    private final ServerSession session =
            new ServerSession(wire, new ManualTime(), options, 10_000, peer::read, new Opened());
    private final Set<Integer> leftStreams = ConcurrentHashMap.newKeySet();

    SessionStreamTest() throws Exception {
        peer.begin(session);
        peer.send(FrameWriter::settingsAcknowledged);
    }

    @AfterEach
    void end() throws Exception {
        peer.end();
    }

    private final class Opened implements ServerSession.Role {
        @Override
        public void greeted() {}

        @Override
        public void opened(int id, FieldBlock block, boolean fits, boolean end) {
            streams.put(id, session.open(id, block, Body.UNKNOWN, end));
        }

        @Override
        public void left(SessionStream stream) {
            leftStreams.add(stream.id());
        }

        @Override
        public void goesAway() {}
    }

    /** A POST whose body follows. */
    private SessionStream open(int id) {
        OutputBuffer block = new OutputBuffer(64);
        encoder.begin(block);
        encoder.field(block, ":method", "POST", false);
        peer.send(out -> FrameWriter.fields(out, id, block, Frames.PAYLOAD, false));
        Awaited.isTrue(() -> streams.containsKey(id));
        return streams.get(id);
    }

    private void data(int stream, int length) {
        for (int at = 0; at < length; at += Frames.PAYLOAD) {
            int part = Math.min(Frames.PAYLOAD, length - at);
            peer.send(out -> {
                FrameWriter.dataHead(out, stream, part, false);
                out.put(new byte[part], 0, part);
            });
        }
    }

    /** DATA of which all but so many bytes are padding. */
    private void padded(int stream, int length) {
        peer.send(out -> {
            OutputBuffer head = new OutputBuffer(16);
            FrameWriter.dataHead(head, stream, length + 256, false);
            head.bytes()[4] = PADDED;
            out.put(head.bytes(), 0, head.size());
            out.put(255);
            out.put(new byte[length + 255], 0, length + 255);
        });
    }

    private List<String> updates(int stream) throws IOException {
        peer.settle();
        return wire.frames().stream()
                .filter(each -> each.startsWith("WINDOW_UPDATE " + stream + " "))
                .toList();
    }

    private static void read(SessionStream stream, int length) throws IOException {
        byte[] target = new byte[length];
        for (int at = 0; at < length; ) {
            at += stream.read(target, at, length - at);
        }
    }

    @Test
    void theWindowOpensAsItIsReadHalfOfItAtOnce() throws Exception {
        SessionStream stream = open(1);
        data(1, WINDOW);
        assertThat(updates(1)).as("nobody has read").isEmpty();
        read(stream, WINDOW / 2 - 1);
        assertThat(updates(1)).isEmpty();
        read(stream, 1);
        assertThat(updates(1)).containsExactly("WINDOW_UPDATE 1 " + WINDOW / 2);
        data(1, WINDOW / 2);
        peer.settle();
        assertThat(stream.available()).isEqualTo(WINDOW);
        data(1, 1);
        peer.settle();
        assertThat(wire.frames()).contains("RST_STREAM 1 FLOW_CONTROL_ERROR");
    }

    @Test
    void paddingCountsAndIsGivenBackAlthoughNobodyReads() throws Exception {
        SessionStream stream = open(1);
        for (int i = 0; i < WINDOW / 2 / 256; i++) {
            assertThat(updates(1)).isEmpty();
            padded(1, 1);
        }
        assertThat(updates(1)).containsExactly("WINDOW_UPDATE 1 " + WINDOW / 2);
        assertThat(stream.available()).isEqualTo(WINDOW / 2 / 256);
    }

    @Test
    void paddingCountsForTheConnection() throws Exception {
        open(1);
        for (int i = 0; i < SESSION_WINDOW / 2 / 257; i++) {
            padded(1, 1);
        }
        assertThat(updates(0)).isEmpty();
        padded(1, 1);
        assertThat(updates(0)).containsExactly("WINDOW_UPDATE 0 " + 257 * (SESSION_WINDOW / 2 / 257 + 1));
    }

    @Test
    void theConnectionsWindowOpensAsBytesCome() throws Exception {
        open(1);
        open(3);
        data(1, WINDOW);
        assertThat(updates(0)).containsExactly("WINDOW_UPDATE 0 " + WINDOW);
        data(3, WINDOW);
        assertThat(updates(0)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dataOfStreamsThatWereResetCountsAndIsGivenBack(boolean byPeer) throws Exception {
        SessionStream stream = open(1);
        if (byPeer) {
            peer.send(out -> FrameWriter.reset(out, 1, ErrorCode.CANCEL));
        } else {
            stream.reset(ErrorCode.NO_ERROR, "not needed");
        }
        peer.settle();
        data(1, WINDOW);
        assertThat(updates(0)).containsExactly("WINDOW_UPDATE 0 " + WINDOW);
        assertThat(updates(1)).isEmpty();
    }

    @Test
    void dataThatIsTooMuchForItsStreamIsGivenBackToTheConnection() throws Exception {
        open(1);
        data(1, WINDOW + 1);
        assertThat(updates(0)).containsExactly("WINDOW_UPDATE 0 " + WINDOW);
        data(1, WINDOW - 1);
        assertThat(updates(0)).hasSize(2).last().isEqualTo("WINDOW_UPDATE 0 " + WINDOW);
    }

    /** Reads as fast as bytes come, until the window has grown as far as it does; returns by how much. */
    private int grow(int id, SessionStream stream) throws Exception {
        for (int i = 0; i < 4; i++) {
            data(id, WINDOW / 2 + 1);
            peer.settle();
            read(stream, WINDOW / 2 + 1);
        }
        return stream.widened();
    }

    @Test
    void aWindowGrowsWhereBytesAreReadAsTheyCome() throws Exception {
        assertThat(grow(1, open(1))).isEqualTo(WINDOW);
        assertThat(updates(1)).contains("WINDOW_UPDATE 1 " + (WINDOW / 2 + 1 + WINDOW));
    }

    @Test
    void aWindowDoesNotGrowForWhoReadsLate() throws Exception {
        SessionStream stream = open(1);
        data(1, WINDOW);
        peer.settle();
        read(stream, 1_000);
        read(stream, WINDOW / 2);
        assertThat(stream.widened()).isZero();
    }

    @Test
    void allStreamsTogetherGrowByNoMoreThanTheConnectionAllows() throws Exception {
        assertThat(grow(1, open(1))).isEqualTo(WINDOW);
        assertThat(grow(3, open(3))).isZero();
    }

    @Test
    void whatAWindowHasGrownByIsGivenBackAtTheEndOfItsStream() throws Exception {
        SessionStream first = open(1);
        grow(1, first);
        first.reset(ErrorCode.CANCEL, "not needed");
        SessionStream second = open(3);
        assertThat(grow(3, second)).isEqualTo(WINDOW);
        peer.send(out -> FrameWriter.reset(out, 3, ErrorCode.CANCEL));
        SessionStream third = open(5);
        assertThat(grow(5, third)).isEqualTo(WINDOW);
        peer.send(out -> FrameWriter.dataHead(out, 5, 0, true));
        third.shutdownOutput();
        peer.settle();
        SessionStream fourth = open(7);
        assertThat(grow(7, fourth)).isEqualTo(WINDOW);
        peer.send(out -> FrameWriter.window(out, 7, 0));
        peer.settle();
        assertThat(grow(9, open(9))).isEqualTo(WINDOW);
    }

    @Test
    void bytesThatNobodyWillReadAreDroppedAndTheirWindowStaysClosed() throws Exception {
        SessionStream stream = open(1);
        data(1, 10);
        peer.settle();
        stream.breakInput(new IOException("not needed"));
        data(1, WINDOW - 10);
        assertThat(updates(1)).isEmpty();
        assertThat(stream.available()).isZero();
        assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).hasMessage("not needed");
        data(1, 1);
        peer.settle();
        assertThat(wire.frames()).contains("RST_STREAM 1 FLOW_CONTROL_ERROR");
    }

    /** Else a request whose client has left would go on as one without a body. */
    @Test
    void whatWasResetBehindItsEndIsNotEmpty() throws Exception {
        SessionStream stream = open(1);
        peer.send(out -> FrameWriter.dataHead(out, 1, 0, true));
        peer.settle();
        assertThat(stream.isEmpty()).isTrue();
        SessionStream reset = open(3);
        data(3, 10);
        peer.send(out -> FrameWriter.dataHead(out, 3, 0, true));
        peer.settle();
        assertThat(reset.isEmpty()).isFalse();
        peer.send(out -> FrameWriter.reset(out, 3, ErrorCode.CANCEL));
        peer.settle();
        assertThat(reset.available()).isZero();
        assertThat(reset.isEmpty()).isFalse();
    }

    @Test
    void bytesThatHaveComeAreReadBeforeTheEnd() throws Exception {
        SessionStream stream = open(1);
        data(1, 10);
        peer.send(out -> FrameWriter.dataHead(out, 1, 0, true));
        peer.settle();
        read(stream, 10);
        assertThat(stream.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(stream.received()).isTrue();
    }

    /** A body that was dropped, because the peer has reset the stream behind it, would else be taken for an empty one. */
    @Test
    void onlyAStreamWithoutBytesAndTrailersIsEmpty() throws Exception {
        SessionStream reset = open(1);
        data(1, 10);
        peer.send(out -> FrameWriter.dataHead(out, 1, 0, true));
        peer.settle();
        assertThat(reset.isEmpty()).isFalse();
        peer.send(out -> FrameWriter.reset(out, 1, ErrorCode.CANCEL));
        peer.settle();
        assertThat(reset.available()).isZero();
        assertThat(reset.isEmpty()).isFalse();
        SessionStream empty = open(3);
        assertThat(empty.isEmpty()).isFalse();
        peer.send(out -> FrameWriter.dataHead(out, 3, 0, true));
        peer.settle();
        assertThat(empty.isEmpty()).isTrue();
        SessionStream withTrailers = open(5);
        OutputBuffer block = new OutputBuffer(64);
        encoder.begin(block);
        encoder.field(block, "x-sum", "7", false);
        peer.send(out -> FrameWriter.fields(out, 5, block, Frames.PAYLOAD, true));
        peer.settle();
        assertThat(withTrailers.isEmpty()).isFalse();
    }

    @Test
    void aStreamIsLostAlsoWhereThePeerTakesNoNewsOfIt() throws Exception {
        open(1);
        peer.settle();
        wire.shut();
        ping();
        wire.awaitWriter();
        peer.send(FrameWriter::settings);
        for (int i = 0; i < MOST_CONTROL_BYTES / 17; i++) {
            ping();
        }
        peer.send(out -> FrameWriter.window(out, 1, 0));
        Awaited.isTrue(() -> leftStreams.contains(1));
        wire.open();
        Awaited.isTrue(() -> wire.frames().contains("GOAWAY 1 ENHANCE_YOUR_CALM"));
    }

    /** The exchange of a stream is over, but its thread writes for all, to a peer that takes a byte now and then. */
    @Test
    void aWriteThatTakesTooLongEndsTheConnection() throws Exception {
        SessionStream stream = open(1);
        peer.settle();
        wire.shut();
        Thread writer = new Thread(
                () -> assertThatThrownBy(() -> stream.write(new byte[1], 0, 1)).isInstanceOf(IOException.class));
        writer.start();
        wire.awaitWriter();
        session.sweep(0);
        session.sweep(Duration.ofSeconds(119).toNanos());
        assertThat(wire.broken()).isNull();
        session.sweep(Duration.ofSeconds(120).toNanos());
        writer.join(20_000);
        assertThat(writer.isAlive()).isFalse();
        assertThat(wire.broken()).as("the thread that reads ends all streams").isNotNull();
    }

    private void ping() {
        peer.send(out -> FrameWriter.ping(out, 0, false));
    }

    @Test
    void anEndThatWasSentEndsTheStreamWithTheOneThatCame() throws Exception {
        SessionStream stream = open(1);
        stream.shutdownOutput();
        stream.shutdownOutput();
        peer.send(out -> FrameWriter.dataHead(out, 1, 0, true));
        peer.settle();
        stream.close();
        peer.settle();
        assertThat(wire.frames()).contains("DATA 1 0").noneMatch(each -> each.startsWith("RST_STREAM"));
    }

    /** Else the peer would not know by which window a frame is measured. */
    @Test
    void settingsAreAcknowledgedBeforeWhatTheyAllowIsSent() throws Exception {
        peer.send(out -> FrameWriter.settings(out, 4, 0));
        SessionStream stream = open(1);
        Thread writer = new Thread(
                () -> assertThatCode(() -> stream.write(new byte[100], 0, 100)).doesNotThrowAnyException());
        writer.start();
        for (int i = 1; i <= 100; i++) {
            int window = i;
            int frames = wire.frames().size();
            peer.send(out -> FrameWriter.settings(out, 4, window));
            wire.awaitFrames(frames + 2);
            assertThat(wire.frames().subList(frames, frames + 2)).containsExactly("ACK", "DATA 1 1");
        }
        writer.join(20_000);
        assertThat(writer.isAlive()).isFalse();
    }

    /** A stream whose response is whole, and its request not. */
    private SessionStream answered(int id) throws Exception {
        SessionStream stream = open(id);
        stream.shutdownOutput();
        stream.close();
        return stream;
    }

    private List<String> resets() {
        peer.settle();
        return wire.frames().stream()
                .filter(each -> each.startsWith("RST_STREAM"))
                .toList();
    }

    @Test
    void aRequestThatEndsSoonBehindItsResponseIsNotReset() throws Exception {
        answered(1);
        data(1, WINDOW);
        peer.send(out -> FrameWriter.dataHead(out, 1, 0, true));
        assertThat(resets()).isEmpty();
        session.sweep(Duration.ofMinutes(1).toNanos());
        assertThat(resets()).isEmpty();
        assertThat(session.streams()).isZero();
        assertThat(updates(1)).as("nobody reads it").isEmpty();
    }

    @Test
    void aRequestThatDoesNotEndBehindItsResponseIsResetInAMoment() throws Exception {
        SessionStream stream = answered(1);
        assertThat(stream.isOver()).isTrue();
        session.sweep(Duration.ofMillis(99).toNanos());
        assertThat(resets()).isEmpty();
        session.sweep(Duration.ofMillis(100).toNanos());
        assertThat(resets()).containsExactly("RST_STREAM 1 NO_ERROR");
        assertThat(session.streams()).isZero();
    }

    /** RFC 9113 §6.9.1. */
    @Test
    void rulesHoldBehindAResponseToo() throws Exception {
        answered(1);
        peer.send(out -> FrameWriter.window(out, 1, Integer.MAX_VALUE));
        assertThat(resets()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
        assertThat(session.streams()).isZero();
    }

    @Test
    void requestsThatDoNotEndBehindTheirResponsesAreNotManyAtOnce() throws Exception {
        for (int id = 1; id < 2 * 250; id += 2) {
            answered(id);
        }
        assertThat(resets()).hasSize(50).first().isEqualTo("RST_STREAM 401 NO_ERROR");
        assertThat(session.streams()).isEqualTo(200);
    }

    /** RFC 7541 §4.2: the smallest size must be said, or the peer keeps fields that are not in the table any more. */
    @Test
    void theSmallestTableOfSettingsIsSaidAlthoughItGrowsAgain() throws Exception {
        SessionStream stream = open(1);
        peer.send(out -> FrameWriter.settings(out, 1, 0, 1, 4096));
        peer.settle();
        int before = wire.written().length;
        stream.send(writer -> writer.response(200, Headers.empty(), -1), true);
        stream.flush();
        session.drainOutput();
        byte[] written = wire.written();
        assertThat(HexFormat.of().formatHex(written, before + 9, written.length))
                .isEqualTo("203fe11f88");
    }
}
