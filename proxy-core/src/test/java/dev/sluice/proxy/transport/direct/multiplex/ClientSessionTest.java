package dev.sluice.proxy.transport.direct.multiplex;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.RequestFields;
import dev.sluice.proxy.http2.ResponseFields;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.http2.hpack.Encoder;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server may do to the streams of a client, frame by frame. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientSessionTest {
    private static final int SCORE = 1_000;

    /** More than are remembered, and at 10 each more than the score allows. */
    private static final int MANY = Session.RECENT + 50;

    private final Peer peer = new Peer();
    private final GatedWire wire = peer.wire;
    private final Encoder encoder = new Encoder();
    private final ClientSession session = new ClientSession(
            wire, new ManualTime(), new SessionOptions(1, 65_536, 65_536, 65_536, SCORE), 10_000, peer::read);

    ClientSessionTest() throws Exception {
        peer.begin(session);
    }

    @AfterEach
    void end() throws Exception {
        peer.end();
    }

    /** A request, with a body that follows or without one. */
    private SessionStream start(boolean end) throws IOException {
        RequestFields head = new RequestFields("POST", "http", "a.test", "/", null, Headers.empty());
        SessionStream stream =
                session.start(writer -> writer.request(head, -1, false, false), end, ClientSessionTest::length);
        stream.flush();
        return stream;
    }

    private static long length(ResponseFields head) throws ProxyException {
        return Framing.response("POST", head.status(), HttpVersion.HTTP_2, head.headers())
                .length();
    }

    private void respond(int stream, boolean end, String... namesAndValues) {
        OutputBuffer block = new OutputBuffer(64);
        encoder.begin(block);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            encoder.field(block, namesAndValues[i], namesAndValues[i + 1], false);
        }
        peer.send(out -> FrameWriter.fields(out, stream, block, Frames.PAYLOAD, end));
    }

    private void data(int stream, String text, boolean end) {
        peer.send(out -> {
            FrameWriter.dataHead(out, stream, text.length(), end);
            out.latin1(text);
        });
    }

    private static String body(SessionStream stream) throws IOException {
        byte[] all = new byte[100];
        int size = 0;
        for (int n = 0; n >= 0; n = stream.read(all, size, all.length - size)) {
            size += n;
        }
        return new String(all, 0, size, ISO_8859_1);
    }

    /** RFC 9113 §8.1.1. */
    @ParameterizedTest
    @CsvSource({"3, abc, ''", "3, ab, cd", "4, ab, c", "5, '', ''", "0, a, ''", "x, abc, ''", "'3, 4', abc, ''"})
    void aBodyOfAnotherLengthIsAStreamErrorWheneverItIsRead(String length, String first, String last) throws Exception {
        SessionStream stream = start(true);
        respond(1, false, ":status", "200", "content-length", length);
        data(1, first, false);
        data(1, last, true);
        peer.settle();
        boolean right = length.equals("3") && first.length() == 3;
        assertThat(wire.frames().contains("RST_STREAM 1 PROTOCOL_ERROR")).isEqualTo(!right);
        if (right) {
            assertThat(stream.head().status()).isEqualTo(200);
            assertThat(body(stream)).isEqualTo("abc");
        }
        assertInUse();
    }

    @Test
    void aLengthWithoutABodyIsAStreamError() throws Exception {
        SessionStream stream = start(true);
        respond(1, true, ":status", "200", "content-length", "3");
        peer.settle();
        assertThat(wire.frames()).contains("RST_STREAM 1 PROTOCOL_ERROR");
        assertThatThrownBy(stream::head).isInstanceOf(Http2Exception.class);
        assertInUse();
    }

    /** As many servers end the stream with a frame of its own. */
    @Test
    void theEndOfAResponseWithoutABodyIsAwaited() throws Exception {
        SessionStream stream = start(true);
        respond(1, false, ":status", "204");
        assertThat(stream.head().status()).isEqualTo(204);
        stream.close();
        session.sweep(Duration.ofMillis(99).toNanos());
        data(1, "", true);
        peer.settle();
        assertThat(session.streams()).isZero();
        assertThat(wire.frames()).noneMatch(each -> each.startsWith("RST_STREAM"));
    }

    @Test
    void theEndOfAResponseWithoutABodyIsAwaitedForAMoment() throws Exception {
        SessionStream stream = start(true);
        respond(1, false, ":status", "204");
        assertThat(stream.head().status()).isEqualTo(204);
        stream.close();
        session.sweep(Duration.ofMillis(100).toNanos());
        peer.settle();
        assertThat(wire.frames()).contains("RST_STREAM 1 CANCEL");
        assertThat(session.streams()).isZero();
    }

    @Test
    void fieldsOnAStreamThatIsOverCostSomething() throws Exception {
        SessionStream stream = start(true);
        stream.close();
        for (int i = 0; i < 5_000; i++) {
            respond(1, false, ":status", "103");
        }
        Awaited.isTrue(() -> wire.frames().contains("GOAWAY 0 ENHANCE_YOUR_CALM"));
    }

    private void assertInUse() throws IOException {
        SessionStream next = start(true);
        respond(next.id(), true, ":status", "204");
        assertThat(next.head().status()).isEqualTo(204);
        assertThat(wire.frames()).noneMatch(each -> each.startsWith("GOAWAY"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NO_ERROR", "REFUSED_STREAM", "CANCEL", "INTERNAL_ERROR"})
    void streamsThatThePeerResetsCostTheConnectionNothing(ErrorCode code) throws Exception {
        for (int i = 0; i < MANY; i++) {
            SessionStream stream = start(true);
            peer.send(out -> FrameWriter.reset(out, stream.id(), code));
            assertThatThrownBy(stream::head).hasMessageContaining(code.toString());
        }
        assertInUse();
    }

    @Test
    void wrongResponsesCostTheConnectionNothing() throws Exception {
        for (int i = 0; i < MANY; i++) {
            SessionStream stream = start(true);
            respond(stream.id(), true, ":status", "200", "connection", "close");
            assertThatThrownBy(stream::head).hasMessageContaining("connection");
        }
        assertInUse();
    }

    @Test
    void resetsOfStreamsThatHaveEndedCost() throws Exception {
        start(true).abort();
        for (int i = 0; i <= SCORE / 10; i++) {
            peer.send(out -> FrameWriter.reset(out, 1, ErrorCode.CANCEL));
        }
        wire.await("GOAWAY 0 ENHANCE_YOUR_CALM");
    }

    @Test
    void answersToManyStreamsThatWereGivenUpAreNoFault() throws Exception {
        for (int i = 0; i < MANY; i++) {
            start(true).abort();
        }
        for (int i = 0; i < MANY; i++) {
            respond(2 * i + 1, false, ":status", "200");
            data(2 * i + 1, "late", true);
        }
        peer.settle();
        assertInUse();
    }

    @Test
    void aFrameBehindTheEndOfBothSidesIsAFault() throws Exception {
        start(true).abort();
        start(true);
        respond(3, true, ":status", "204");
        data(3, "more", true);
        wire.await("GOAWAY 0 STREAM_CLOSED");
    }

    /** RFC 9113 §6.8: the last stream is one that the peer has opened, and no server does. */
    @Test
    void aClientGoesAwayWithoutAStreamOfTheServer() throws Exception {
        start(true);
        data(0, "fault", true);
        wire.await("GOAWAY 0 PROTOCOL_ERROR");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aServerTakesNoPushedResponses(int push) throws Exception {
        peer.send(out -> FrameWriter.settings(out, Settings.ENABLE_PUSH, push));
        if (push == 0) {
            peer.settle();
            assertInUse();
        } else {
            wire.await("GOAWAY 0 PROTOCOL_ERROR");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NO_ERROR", "REFUSED_STREAM", "CANCEL", "STREAM_CLOSED"})
    void aWholeResponseStaysWhateverTheStreamIsResetWith(ErrorCode code) throws Exception {
        SessionStream stream = start(false);
        respond(1, false, ":status", "413");
        data(1, "too large", true);
        peer.send(out -> FrameWriter.reset(out, 1, code));
        peer.settle();
        assertThat(stream.isEmpty()).isFalse();
        assertThatThrownBy(() -> stream.write(new byte[1], 0, 1))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(RefusedException.class);
        assertThat(stream.head().status()).isEqualTo(413);
        assertThat(body(stream)).isEqualTo("too large");
        assertInUse();
    }

    @Test
    void aWholeResponseStaysWhenTheConnectionEnds() throws Exception {
        SessionStream stream = start(false);
        respond(1, false, ":status", "413");
        data(1, "too large", true);
        peer.end();
        assertThatThrownBy(() -> stream.write(new byte[1], 0, 1)).isInstanceOf(IOException.class);
        assertThat(stream.head().status()).isEqualTo(413);
        assertThat(body(stream)).isEqualTo("too large");
    }

    @Test
    void aWholeResponseStaysWhenTheRequestIsGivenUp() throws Exception {
        SessionStream stream = start(false);
        respond(1, false, ":status", "417");
        data(1, "not so", true);
        peer.settle();
        stream.reset(ErrorCode.CANCEL, "the request is not whole");
        assertThat(stream.head().status()).isEqualTo(417);
        assertThat(body(stream)).isEqualTo("not so");
    }

    @Test
    void aResponseThatIsCutIsNotEmpty() throws Exception {
        SessionStream stream = start(true);
        respond(1, false, ":status", "200");
        data(1, "half", false);
        peer.send(out -> FrameWriter.reset(out, 1, ErrorCode.NO_ERROR));
        peer.settle();
        assertThat(stream.isEmpty()).isFalse();
        assertThatThrownBy(() -> body(stream)).hasMessageContaining("NO_ERROR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"103", "200"})
    void whatHasBeenAnsweredWasNotRefused(String status) throws Exception {
        SessionStream reset = start(true);
        SessionStream behind = start(true);
        respond(1, false, ":status", status);
        respond(3, false, ":status", status);
        peer.send(out -> FrameWriter.reset(out, 1, ErrorCode.REFUSED_STREAM));
        peer.send(out -> FrameWriter.goAway(out, 1, ErrorCode.NO_ERROR, ""));
        peer.settle();
        for (SessionStream each : List.of(reset, behind)) {
            assertThatThrownBy(each::head).isInstanceOf(IOException.class).isNotInstanceOf(RefusedException.class);
        }
    }

    @Test
    void whatHasNotBeenAnsweredWasRefused() throws Exception {
        SessionStream reset = start(true);
        SessionStream behind = start(true);
        peer.send(out -> FrameWriter.reset(out, 1, ErrorCode.REFUSED_STREAM));
        peer.send(out -> FrameWriter.goAway(out, 1, ErrorCode.NO_ERROR, ""));
        assertThatThrownBy(reset::head).isInstanceOf(RefusedException.class);
        assertThatThrownBy(behind::head).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> start(true)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aStreamThatCannotBeBegunWasNotSent() throws Exception {
        assertThat(session.isOver()).isFalse();
        peer.end();
        assertThat(session.isOver()).isTrue();
        assertThatThrownBy(() -> start(true)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aConnectionThatCannotBeWrittenToIsOver() throws Exception {
        peer.settle();
        wire.fail(new IOException("gone"));
        assertThatThrownBy(() -> start(true)).hasMessage("gone");
        assertThat(session.isOver())
                .as("before the thread that reads has seen it")
                .isTrue();
        assertThatThrownBy(() -> start(true)).isInstanceOf(RefusedException.class);
    }

    @Test
    void nothingIsBegunWhileThePeerIsToldOfItsFault() throws Exception {
        peer.settle();
        wire.shut();
        data(0, "fault", true);
        wire.awaitWriter();
        assertThatThrownBy(() -> start(true)).isInstanceOf(RefusedException.class);
        wire.open();
    }

    @Test
    void aPeerThatReadsNothingGetsNoMoreStreamsBeforeItDoes() throws Exception {
        peer.settle();
        wire.shut();
        RequestFields head =
                new RequestFields("GET", "http", "a.test", "/" + "x".repeat(50_000), null, Headers.empty());
        Thread writer = new Thread(() -> {
            try {
                start(true);
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        });
        writer.start();
        wire.awaitWriter();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        session.start(writing -> writing.request(head, -1, false, false), true, each -> -1);
                    }
                })
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("reads nothing");
        assertThat(session.streams()).isBetween(5, 50);
        wire.open();
        writer.join(20_000);
        start(true);
        session.drainOutput();
        assertInUse();
    }

    @Test
    void theRestOfAResponseIsGivenUp() throws Exception {
        SessionStream stream = start(true);
        respond(1, false, ":status", "200");
        peer.settle();
        stream.close();
        stream.close();
        wire.await("RST_STREAM 1 CANCEL");
    }

    @Test
    void aStreamThatBothSidesHaveEndedIsNotReset() throws Exception {
        SessionStream stream = start(true);
        // As the thread that reads does, which forgets it only behind this.
        stream.receive(new ResponseFields(204, Headers.empty()), true);
        stream.close();
        stream.abort();
        peer.settle();
        assertThat(wire.frames()).noneMatch(each -> each.startsWith("RST_STREAM"));
    }

    @Test
    void aStreamIsResetOnce() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        for (int i = 0; i < 200; i++) {
            SessionStream stream = start(true);
            Thread other = new Thread(() -> {
                try {
                    both.await();
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
                stream.abort();
            });
            other.start();
            both.await();
            stream.abort();
            other.join(20_000);
        }
        peer.settle();
        assertThat(wire.frames().stream().filter(each -> each.startsWith("RST_STREAM")))
                .hasSize(200);
    }
}
