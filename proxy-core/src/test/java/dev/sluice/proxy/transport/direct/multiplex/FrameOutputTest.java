package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who writes what when, and who waits for whom. */
class FrameOutputTest {
    private static final int CONNECTION = 65_535;

    private final GatedWire wire = new GatedWire();
    private final AtomicInteger writers = new AtomicInteger();
    private Runnable others = () -> {};
    private final FrameOutput output = new FrameOutput(wire, writers::incrementAndGet, () -> others.run());
    private final List<Task> tasks = new ArrayList<>();

    /** Something that a stream's thread does, which may have to wait. */
    private static final class Task {
        private final FutureTask<Object> future;
        private final Thread thread;

        Task(Callable<Object> work) {
            future = new FutureTask<>(work);
            thread = new Thread(future, "stream");
            thread.start();
        }

        Task awaitWaits() {
            Awaited.isTrue(() -> thread.getState() == Thread.State.WAITING);
            return this;
        }

        void end() throws Exception {
            future.get(20, TimeUnit.SECONDS);
        }
    }

    private Task start(Callable<Object> work) {
        Task task = new Task(work);
        tasks.add(task);
        return task;
    }

    @AfterEach
    void end() {
        wire.open();
        output.fail(new IOException("the test has ended"));
        tasks.forEach(each -> each.thread.interrupt());
    }

    private Object sendAll(FrameOutput.Turn turn, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            at += output.data(turn, bytes, at, length - at, true);
        }
        return "sent";
    }

    /** Uses up the connection's window. */
    private void closeWindow() throws IOException {
        sendAll(output.turn(99, CONNECTION), CONNECTION);
    }

    private FrameOutput.Frame ping(long opaque) {
        return out -> FrameWriter.ping(out, opaque, false);
    }

    private List<String> data() {
        return wire.frames().stream()
                .filter(each -> each.startsWith("DATA") && !each.startsWith("DATA 99"))
                .toList();
    }

    @Test
    void noFrameIsLargerThanEveryPeerTakes() throws Exception {
        sendAll(output.turn(1, CONNECTION), 40_000);
        assertThat(wire.frames()).containsExactly("DATA 1 16384", "DATA 1 16384", "DATA 1 7232");
    }

    @Test
    void fieldsAreWrittenWithWhatFollows() throws Exception {
        FrameOutput.Turn turn = output.turn(1, CONNECTION);
        output.fields(turn, writer -> writer.response(200, Headers.empty(), 1), false);
        assertThat(wire.written()).isEmpty();
        sendAll(turn, 1);
        assertThat(wire.frames()).containsExactly("HEADERS 1", "DATA 1 1");
    }

    @Test
    void whatOtherStreamsAddBeforeAWriteGoesOutWithIt() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        wire.beforeWrite(writes::incrementAndGet);
        FrameOutput.Turn turn = output.turn(3, CONNECTION);
        others = () -> {
            try {
                sendAll(turn, 5);
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        };
        sendAll(output.turn(1, CONNECTION), 4);
        assertThat(wire.frames()).containsExactly("DATA 1 4", "DATA 3 5");
        assertThat(writes).hasValue(1);
    }

    @Test
    void streamsTakeTurnsAtASmallWindow() throws Exception {
        closeWindow();
        List<Task> streams = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            FrameOutput.Turn turn = output.turn(2 * i + 1, CONNECTION);
            streams.add(start(() -> sendAll(turn, 300)).awaitWaits());
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10; i++) {
                output.open(100);
                expected.add("DATA " + (2 * i + 1) + " 100");
                Awaited.isTrue(() -> data().size() == expected.size());
                if (round < 2) {
                    streams.get(i).awaitWaits();
                }
            }
        }
        assertThat(data()).isEqualTo(expected);
        for (Task each : streams) {
            each.end();
        }
    }

    @Test
    void aStreamWhoseOwnWindowIsClosedKeepsNobodyWaiting() throws Exception {
        FrameOutput.Turn closed = output.turn(1, 0);
        Task waits = start(() -> sendAll(closed, 10)).awaitWaits();
        sendAll(output.turn(3, CONNECTION), 10);
        assertThat(data()).containsExactly("DATA 3 10");
        output.open(closed, 10, false);
        waits.end();
        assertThat(data()).containsExactly("DATA 3 10", "DATA 1 10");
    }

    @Test
    void aStreamThatFailsLeavesItsTurnToTheNext() throws Exception {
        closeWindow();
        FrameOutput.Turn first = output.turn(1, CONNECTION);
        FrameOutput.Turn second = output.turn(3, CONNECTION);
        Task failing = start(() -> sendAll(first, 10)).awaitWaits();
        Task waits = start(() -> sendAll(second, 10)).awaitWaits();
        output.stop(first, new IOException("reset"));
        assertThatThrownBy(failing::end).isInstanceOf(ExecutionException.class).hasMessageContaining("reset");
        output.open(100);
        waits.end();
        assertThat(data()).containsExactly("DATA 3 10");
    }

    @Test
    void aStreamWhoseWindowIsTakenBackLeavesItsTurnToTheNext() throws Exception {
        closeWindow();
        FrameOutput.Turn first = output.turn(1, 100);
        FrameOutput.Turn second = output.turn(3, 100);
        start(() -> sendAll(first, 10)).awaitWaits();
        Task waits = start(() -> sendAll(second, 10)).awaitWaits();
        output.open(first, -200, true);
        output.open(100);
        waits.end();
        assertThat(data()).containsExactly("DATA 3 10");
    }

    @Test
    void aWriterThatWaitsForThePeerStopsNoFramesOfTheReader() throws Exception {
        wire.shut();
        Task writer = start(() -> sendAll(output.turn(1, CONNECTION), 10));
        wire.awaitWriter();
        output.frameLater(ping(1));
        output.frameNow(ping(2));
        output.open(5);
        assertThat(writers).as("somebody writes already").hasValue(0);
        wire.open();
        writer.end();
        assertThat(wire.frames()).containsExactly("DATA 1 10", "PING 1", "PING 2");
    }

    @Test
    void whatTheReaderAddsWhileNobodyWritesIsWrittenByAnother() throws Exception {
        output.frameLater(ping(1));
        assertThat(writers).hasValue(1);
        assertThat(wire.written()).isEmpty();
        output.flush();
        assertThat(wire.frames()).containsExactly("PING 1");
    }

    @Test
    void aPeerThatTakesNoAnswersGetsABoundedNumberOfThem() throws Exception {
        wire.shut();
        start(() -> sendAll(output.turn(1, CONNECTION), 10));
        wire.awaitWriter();
        // 17 bytes each.
        for (int i = 0; i < 16 * 1024 / 17; i++) {
            output.frameLater(ping(i));
        }
        assertThatThrownBy(() -> output.frameLater(ping(1)))
                .isInstanceOfSatisfying(
                        Http2Exception.class, fault -> assertThat(fault.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
    }

    @Test
    void aPeerThatReadsNothingGetsABoundedNumberOfFieldBlocks() throws Exception {
        wire.shut();
        start(() -> sendAll(output.turn(1, CONNECTION), 10));
        wire.awaitWriter();
        AtomicInteger sent = new AtomicInteger();
        Task answers = start(() -> {
            for (int i = 0; i < 100; i++) {
                Headers large = Headers.of("etag", "\u00fe".repeat(2_000));
                output.fields(output.turn(2 * i + 3, 0), writer -> writer.response(204, large, -1), true);
                output.flush();
                sent.incrementAndGet();
            }
            return "sent";
        });
        answers.awaitWaits();
        assertThat(sent.get()).isBetween(10, 20);
        wire.open();
        answers.end();
        Awaited.isTrue(() -> wire.frames().size() == 101);
    }

    @Test
    void aStreamThatWaitsForRoomForItsFieldsCanBeStopped() throws Exception {
        wire.shut();
        start(() -> sendAll(output.turn(1, CONNECTION), 10));
        wire.awaitWriter();
        FrameOutput.Turn turn = output.turn(3, 0);
        Task answers = start(() -> {
            while (true) {
                output.fields(turn, writer -> writer.response(103, Headers.of("etag", "e".repeat(2_000)), -1), false);
            }
        });
        answers.awaitWaits();
        output.stop(turn, new IOException("reset"));
        assertThatThrownBy(answers::end).hasMessageContaining("reset");
    }

    /** The client may wait for the answer to its PING before it opens the window. */
    @Test
    void whatWasAddedIsWrittenAlthoughStreamsWaitForTheWindow() throws Exception {
        closeWindow();
        start(() -> sendAll(output.turn(1, CONNECTION), 10)).awaitWaits();
        wire.shut();
        Task writer = start(() -> {
            output.frame(ping(1));
            return "written";
        });
        wire.awaitWriter();
        output.frameLater(ping(2));
        output.fields(output.turn(3, 0), block -> block.response(204, Headers.empty(), -1), true);
        output.flush();
        assertThat(writers).hasValue(0);
        wire.open();
        writer.end();
        wire.await("PING 2");
        wire.await("HEADERS 3");
    }

    @Test
    void theHeadOfAStreamWithoutAWindowIsWrittenAllTheSame() throws Exception {
        FrameOutput.Turn turn = output.turn(1, 0);
        output.fields(turn, writer -> writer.response(200, Headers.empty(), 10), false);
        start(() -> sendAll(turn, 10));
        wire.await("HEADERS 1");
    }

    @Test
    void whenWritingFailsAllThatWaitFailAndTheReaderEnds() throws Exception {
        FrameOutput.Turn closed = output.turn(1, 0);
        closeWindow();
        Task inTurn = start(() -> sendAll(output.turn(3, CONNECTION), 10)).awaitWaits();
        wire.shut();
        Task writer = start(() -> {
            output.frame(ping(1));
            return "written";
        });
        wire.awaitWriter();
        wire.fail(new IOException("gone"));
        assertThatThrownBy(writer::end).hasMessageContaining("gone");
        assertThatThrownBy(inTurn::end).hasMessageContaining("gone");
        assertThatThrownBy(() -> sendAll(closed, 1)).hasMessage("gone");
        assertThatThrownBy(() -> output.frameLater(ping(2))).hasMessage("gone");
        assertThat(wire.broken()).hasMessage("gone");
    }

    @Test
    void nothingIsSentBehindTheEndOfAStream() throws Exception {
        FrameOutput.Turn turn = output.turn(1, CONNECTION);
        sendAll(turn, 1);
        assertThat(output.ended(turn)).isTrue();
        assertThatThrownBy(() -> sendAll(turn, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> output.fields(turn, block -> block.response(200, Headers.empty(), -1), true))
                .isInstanceOf(IOException.class);
        assertThat(wire.frames()).hasSize(1);
    }

    /** Its own stream has more to do, or is over. */
    @Test
    void nobodyWritesForOthersForEver() throws Exception {
        wire.beforeWrite(() -> {
            try {
                output.frameNow(ping(7));
            } catch (IOException end) {
                // Then nothing is written any more.
            }
        });
        start(() -> {
                    output.frame(ping(1));
                    return "written";
                })
                .end();
        assertThat(writers.get()).as("somebody else goes on").isEqualTo(1);
    }

    /** The peer would take what follows for other fields than they are. */
    @Test
    void nothingIsSentBehindABlockThatCouldNotBeEncoded() throws Exception {
        FrameOutput.Turn turn = output.turn(1, CONNECTION);
        Headers fields = Headers.of("x-a", "1");
        assertThatThrownBy(() -> output.fields(
                        turn,
                        writer -> {
                            writer.response(200, fields, -1);
                            throw new IllegalStateException("half of it");
                        },
                        true))
                .hasMessage("half of it");
        FrameOutput.Turn other = output.turn(3, CONNECTION);
        assertThatThrownBy(() -> output.fields(other, writer -> writer.response(200, fields, -1), true))
                .isInstanceOf(IOException.class);
        assertThat(wire.broken()).as("the thread that reads ends all streams").isNotNull();
    }

    /** Two windows that are opened for each frame cut frames into pieces, of which some are small. */
    @Test
    void aLargeFrameIsOfMoreUseThanTheUpdatesForItsPiecesCost() throws Exception {
        FrameOutput.Turn turn = output.turn(1, Frames.PAYLOAD + 1);
        start(() -> sendAll(turn, 2 * Frames.PAYLOAD));
        Awaited.isTrue(() -> data().size() == 2);
        assertThat(data()).containsExactly("DATA 1 16384", "DATA 1 1");
        assertThat(output.takeUseful() * -Score.DATA).isGreaterThan(2 * 2 * Score.CONTROL);
    }

    @Test
    void onlyFramesOfSomeSizeAreOfUse() throws Exception {
        FrameOutput.Turn turn = output.turn(1, 0);
        Task dribble = start(() -> sendAll(turn, 600));
        for (int i = 0; i < 10; i++) {
            output.open(turn, 1, false);
            int sent = i + 1;
            Awaited.isTrue(() -> data().size() == sent);
        }
        assertThat(output.takeUseful()).isZero();
        output.open(turn, 256, false);
        Awaited.isTrue(() -> data().size() == 11);
        assertThat(output.takeUseful()).isEqualTo(1);
        output.open(turn, 1_000, false);
        dribble.end();
        assertThat(output.takeUseful()).isEqualTo(1);
    }
}
