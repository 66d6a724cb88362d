package dev.sluice.proxy.wire;

import static dev.sluice.proxy.time.Awaited.isTrue;
import static dev.sluice.proxy.time.Awaited.within;
import static dev.sluice.proxy.wire.WireFixture.flood;
import static dev.sluice.proxy.wire.WireFixture.read;
import static dev.sluice.proxy.wire.WireFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.wire.WireFixture.Task;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class PlainWireTest {
    private WireFixture ends;
    private PlainWire near;
    private PlainWire far;

    @BeforeEach
    void open() throws Exception {
        use(new WireFixture());
    }

    private void use(WireFixture fixture) {
        ends = fixture;
        near = ends.near;
        far = ends.far;
    }

    @AfterEach
    void close() throws Exception {
        ends.close();
    }

    static Stream<Boolean> threads() {
        return Runtime.version().feature() >= 21 ? Stream.of(false, true) : Stream.of(false);
    }

    @Test
    void bytesWrittenAtOneEndAreReadAtTheOther() throws Exception {
        write(near, "ping");

        assertThat(read(far, 4)).isEqualTo("ping");
        assertThat(near.remote()).isEqualTo(far.local());
        assertThat(near.local()).isEqualTo(far.remote());
        assertThat(near.tls()).isNull();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void aLongWriteArrivesWhole(boolean virtual) throws Exception {
        byte[] sent = new byte[3_000_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31 + (i >> 8));
        }
        Task<Void> writer = ends.start(virtual, () -> {
            near.write(sent, 1, sent.length - 1);
            near.shutdownOutput();
            return null;
        });

        byte[] received = new byte[sent.length + 10];
        int at = 1;
        for (int n = 0; n >= 0; at += Math.max(n, 0)) {
            n = far.read(received, at, received.length - at);
        }
        writer.get();
        assertThat(at).isEqualTo(sent.length);
        received[0] = sent[0];
        assertThat(received).startsWith(sent);
    }

    @Test
    void aReadIntoTheSameArrayTwiceFillsTheRightPlaces() throws Exception {
        byte[] array = "........".getBytes();
        write(near, "ab");
        assertThat(far.read(array, 1, 2)).isEqualTo(2);
        write(near, "cd");
        assertThat(far.read(array, 5, 3)).isEqualTo(2);

        assertThat(new String(array)).isEqualTo(".ab..cd.");
        assertThatThrownBy(() -> far.read(array, 5, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void afterThePeersEndEveryReadGivesMinusOne() throws Exception {
        write(near, "x");
        near.shutdownOutput();

        assertThat(read(far, 9)).isEqualTo("x");
        assertThat(far.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(far.read(new byte[1], 0, 1)).isEqualTo(-1);
        write(far, "still");
        assertThat(read(near, 5)).isEqualTo("still");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closeFreesABlockedReader(boolean virtual) throws Exception {
        Task<String> reader = ends.start(virtual, () -> read(near, 1)).awaitBlocked();

        near.close();

        assertThat(reader.failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(near.closed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closeFreesABlockedWriter(boolean virtual) throws Exception {
        Task<Void> writer = ends.start(virtual, () -> flood(near)).awaitBlocked();

        near.close();

        assertThat(writer.failure()).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void abortFreesReaderAndWriterAndResetsThePeer(boolean virtual) throws Exception {
        Task<Void> writer = ends.start(virtual, () -> flood(near)).awaitBlocked();
        Task<String> reader = ends.start(virtual, () -> read(near, 1)).awaitBlocked();

        near.abort();

        assertThat(writer.failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(reader.failure()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> read(far, 1 << 26))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void closeIsAnEndForThePeerAndNoReset() throws Exception {
        write(near, "all");
        near.close();
        near.close();
        near.abort();

        assertThat(read(far, 9)).isEqualTo("all");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void breakInputFailsTheBlockedReadAndAllLaterOnes(boolean virtual) throws Exception {
        Task<String> reader = ends.start(virtual, () -> read(near, 1)).awaitBlocked();
        IOException why = new IOException("gone");

        near.breakInput(why);
        near.breakInput(new IOException("second"));

        assertThat(reader.failure()).isSameAs(why);
        write(far, "late");
        assertThatThrownBy(() -> read(near, 1)).isSameAs(why);
        assertThat(near.peek()).isFalse();
        write(near, "answer");
        assertThat(read(far, 6)).isEqualTo("answer");
    }

    @Test
    void breakInputFailsAReadEvenIfBytesAreKept() {
        near.unread(new byte[3], 0, 3);
        near.breakInput(new IOException("gone"));

        assertThat(near.available()).isZero();
        assertThatThrownBy(() -> read(near, 1)).hasMessage("gone");
    }

    @Test
    void endInputLeavesWhatIsKeptToTheReader() throws Exception {
        near.unread(new byte[] {'a', 'b', 'c'}, 0, 3);
        near.endInput(new IOException("gone"));

        assertThat(near.available()).isEqualTo(3);
        assertThat(near.awaitBytes()).isTrue();
        assertThat(read(near, 3)).isEqualTo("abc");
        assertThatThrownBy(() -> read(near, 1)).hasMessage("gone");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anOverdueReadFailsAndTheOutputStaysUsable(boolean virtual) throws Exception {
        near.readDeadline(Duration.ofSeconds(2).toNanos());
        Task<String> reader = ends.start(virtual, () -> read(near, 1)).awaitBlocked();

        ends.time.advance(Duration.ofMillis(1_950));
        assertThat(reader.future().isDone()).isFalse();
        ends.time.advance(Duration.ofMillis(150));

        assertThat(reader.failure()).isInstanceOf(WireTimeoutException.class);
        write(near, "408");
        assertThat(read(far, 3)).isEqualTo("408");
        assertThat(near.closed()).isFalse();
    }

    @Test
    void aDeadlineThatPassesWithoutAReadHasNoEffect() throws Exception {
        near.readDeadline(1);
        near.writeDeadline(1);
        ends.time.advance(Duration.ofMinutes(1));

        write(far, "x");
        assertThat(read(near, 1)).isEqualTo("x");
        write(near, "y");
        assertThat(read(far, 1)).isEqualTo("y");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anOverdueWriteBreaksTheOutputAndWhatWasTakenStillArrives(boolean virtual) throws Exception {
        near.writeDeadline(Duration.ofSeconds(2).toNanos());
        Task<Void> writer = ends.start(virtual, () -> flood(near)).awaitBlocked();

        ends.time.advance(Duration.ofMillis(2_100));

        assertThat(writer.failure()).isInstanceOf(WireTimeoutException.class);
        assertThat(near.closed()).isFalse();
        assertThatThrownBy(() -> write(near, "x")).isInstanceOf(WireTimeoutException.class);
        assertThat(drain(far)).isGreaterThan(16 * 1024);
        write(far, "y");
        assertThat(read(near, 1)).isEqualTo("y");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void theTimeOfAReadRestartsWithEachByte(boolean virtual) throws Exception {
        near.readTimeout(Duration.ofSeconds(2));
        write(far, "a");
        assertThat(read(near, 1)).isEqualTo("a");
        ends.time.advance(Duration.ofMillis(1_500));
        Task<String> reader = ends.start(virtual, () -> read(near, 1)).awaitBlocked();
        ends.time.advance(Duration.ofMillis(1_500));
        write(far, "b");
        assertThat(reader.get()).isEqualTo("b");

        Task<String> silent = ends.start(virtual, () -> read(near, 1)).awaitBlocked();
        ends.time.advance(Duration.ofMillis(2_100));
        assertThat(silent.failure()).isInstanceOf(WireTimeoutException.class);
    }

    @Test
    void aDeadlineThatAnotherThreadSetsIsNotMovedOn() throws Exception {
        near.readTimeout(Duration.ofSeconds(20));
        near.readDeadline(Duration.ofSeconds(1).toNanos());
        write(far, "a");
        assertThat(read(near, 1)).isEqualTo("a");
        Task<String> reader = ends.start(() -> read(near, 1)).awaitBlocked();
        ends.time.advance(Duration.ofMillis(1_100));
        assertThat(reader.failure()).isInstanceOf(WireTimeoutException.class);
    }

    @Test
    void anEndlessTimeoutDoesNotAffectOtherDeadlines() throws Exception {
        near.writeTimeout(ChronoUnit.FOREVER.getDuration());
        near.readDeadline(Duration.ofSeconds(1).toNanos());
        Task<Void> writer = ends.start(() -> flood(near)).awaitBlocked();
        Task<String> reader = ends.start(() -> read(near, 1)).awaitBlocked();

        ends.time.advance(Duration.ofMillis(1_100));

        assertThat(reader.failure()).isInstanceOf(WireTimeoutException.class);
        assertThat(writer.future().isDone()).isFalse();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void aReaderThatTakesLessThanTheSystemHoldsIsNotSilent() throws Exception {
        ends.close();
        use(new WireFixture(512 * 1024));
        AtomicLong written = new AtomicLong();
        near.writeTimeout(Duration.ofSeconds(2));
        Task<Void> writer = ends.<Void>start(true, () -> {
                    byte[] block = new byte[1024];
                    while (true) {
                        near.write(block, 0, block.length);
                        written.addAndGet(block.length);
                    }
                })
                .awaitBlocked();
        long held = written.get();
        int taken = 0;
        while (ends.time.nanos() < Duration.ofMillis(2_500).toNanos()) {
            long before = written.get();
            // Time advances only after the writer has had a chance, so that a busy machine does not matter. The system
            // may report free space to the writer only after everything that it holds for the reader has been read.
            for (int look = 0; look < 4 && written.get() == before; look++) {
                taken += read(far, 8 * 1024).length();
                ends.time.advance(Duration.ofMillis(400));
                within(Duration.ofSeconds(3), () -> written.get() > before);
            }
            assertThat(written.get()).as("written after %s bytes", taken).isGreaterThan(before);
        }
        assertThat(writer.future().isDone()).isFalse();
        // With a third of its buffer free, the system would have woken the writer itself.
        assertThat(taken).isLessThan((int) held / 3);

        isTrue(() -> {
            ends.time.advance(Duration.ofSeconds(3));
            return writer.future().isDone();
        });
        assertThat(writer.failure()).isInstanceOf(WireTimeoutException.class);
    }

    @Test
    void theSystemsMemoryForAPlatformThreadIsBounded() throws Exception {
        ends.close();
        use(new WireFixture(0));
        AtomicLong written = new AtomicLong();
        ends.<Void>start(false, () -> {
                    byte[] block = new byte[1024];
                    while (true) {
                        near.write(block, 0, block.length);
                        written.addAndGet(block.length);
                    }
                })
                .awaitBlocked();
        assertThat(written.get()).isLessThan(600_000);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void breakOutputFreesABlockedWriterAndIsAPlainEndForThePeer(boolean virtual) throws Exception {
        Task<Void> writer = ends.start(virtual, () -> flood(near)).awaitBlocked();

        near.breakOutput();

        assertThat(writer.failure()).isInstanceOf(IOException.class);
        assertThat(near.closed()).isFalse();
        assertThat(drain(far)).isGreaterThan(16 * 1024);
        write(far, "y");
        assertThat(read(near, 1)).isEqualTo("y");
    }

    /** Reads to the end, which must not be a reset. */
    private static long drain(Wire wire) throws IOException {
        byte[] bytes = new byte[64 * 1024];
        long all = 0;
        for (int n = 0; n >= 0; n = wire.read(bytes, 0, bytes.length)) {
            all += n;
        }
        return all;
    }

    @Test
    void aWriteOnBehalfOfAReadHasTheReadsDeadline() throws Exception {
        near.readDeadline(1);
        byte[] block = new byte[64 * 1024];
        Task<Void> reader = ends.<Void>start(() -> {
                    while (true) {
                        near.answer(block, 0, block.length);
                    }
                })
                .awaitBlocked();

        ends.sweep();

        assertThat(reader.failure()).isInstanceOf(WireTimeoutException.class);
        assertThat(near.closed()).isTrue();
    }

    @Test
    void unreadBytesComeBeforeBytesOfTheSocket() throws Exception {
        write(far, "world");
        near.unread("..hello..".getBytes(), 2, 5);
        assertThat(near.available()).isEqualTo(5);
        near.unread("oh ".getBytes(), 0, 3);
        assertThat(read(near, 2)).isEqualTo("oh");
        near.unread("X".getBytes(), 0, 1);

        assertThat(read(near, 12)).isEqualTo("X helloworld".substring(0, 12));
        assertThat(near.available()).isZero();
    }

    @Test
    void aPeekAtASilentPeerFindsItConnected() {
        assertThat(near.peek()).isTrue();
        assertThat(near.available()).isZero();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void peekedBytesAreReadNext(boolean virtual) throws Exception {
        ends.start(virtual, () -> {
                    write(far, "abc");
                    isTrue(() -> near.peek() && near.available() == 3);
                    write(far, "def");
                    isTrue(() -> near.peek() && near.available() == 6);
                    assertThat(read(near, 4)).isEqualTo("abcd");
                    write(far, "g");
                    isTrue(() -> near.peek() && near.available() == 3);
                    assertThat(read(near, 3)).isEqualTo("efg");
                    return null;
                })
                .get();

        // The channel is blocking, as before.
        Task<String> reader = ends.start(virtual, () -> read(near, 1)).awaitBlocked();
        write(far, "h");
        assertThat(reader.get()).isEqualTo("h");
    }

    @Test
    void aPeekKeepsNoMoreThanItsBound() throws Exception {
        byte[] much = new byte[12_000];
        far.write(much, 0, much.length);

        isTrue(() -> near.peek() && near.available() == 8 * 1024 + 1);
        far.close();
        assertThat(near.peek()).isTrue();
        assertThat(read(near, 20_000)).hasSize(12_000);
    }

    @Test
    void aPeekSeesThePeersEndBehindWhatItSent() throws Exception {
        write(far, "bye");
        far.shutdownOutput();

        isTrue(() -> !near.peek());
        assertThat(near.peek()).isFalse();
        assertThat(read(near, 9)).isEqualTo("bye");
        assertThat(near.peek()).isFalse();
    }

    @Test
    void aPeekSeesThePeersEndBehindAllThatItLooksBehind() throws Exception {
        byte[] much = new byte[8 * 1024];
        far.write(much, 0, much.length);
        far.shutdownOutput();

        isTrue(() -> !near.peek());
        assertThat(near.failed()).isFalse();
        assertThat(read(near, 20_000)).hasSize(8 * 1024);
    }

    @Test
    void aPeekSeesAResetBehindWhatThePeerSent() throws Exception {
        write(far, "bye");
        isTrue(() -> near.peek() && near.available() == 3);
        far.abort();

        isTrue(() -> !near.peek());
        assertThat(near.failed()).isTrue();
    }

    @Test
    void aPeekSeesAReset() {
        far.abort();

        isTrue(() -> !near.peek());
        assertThat(near.failed()).isTrue();
        assertThatThrownBy(() -> read(near, 1)).isInstanceOf(SocketException.class);
    }

    @Test
    void aPeekDoesNotDisturbReadersAndWriters() throws Exception {
        Task<String> reader = ends.start(() -> read(near, 1)).awaitBlocked();
        assertThat(near.peek()).isTrue();
        write(far, "x");
        assertThat(reader.get()).isEqualTo("x");

        Task<Void> writer = ends.start(() -> flood(near)).awaitBlocked();
        write(far, "y");
        assertThat(near.peek()).isTrue();
        assertThat(near.available()).isZero();
        near.close();
        assertThat(writer.failure()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aPeekAtAClosedWireIsFalse() {
        near.close();

        assertThat(near.peek()).isFalse();
    }

    @Test
    void afterShutdownOutputThisSideCanStillRead() throws Exception {
        near.shutdownOutput();
        near.shutdownOutput();

        assertThat(far.read(new byte[1], 0, 1)).isEqualTo(-1);
        write(far, "more");
        assertThat(read(near, 4)).isEqualTo("more");
        assertThatThrownBy(() -> write(near, "x")).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void onlyAConnectedBlockingChannelBecomesAWire() throws Exception {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        assertThatThrownBy(() -> PlainWire.of(channel, ends.watch)).isInstanceOf(IllegalBlockingModeException.class);
        channel.configureBlocking(true);

        assertThatThrownBy(() -> PlainWire.of(channel, ends.watch)).isInstanceOf(SocketException.class);
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> PlainWire.of(channel, ends.watch)).isInstanceOf(ClosedChannelException.class);
    }
}
