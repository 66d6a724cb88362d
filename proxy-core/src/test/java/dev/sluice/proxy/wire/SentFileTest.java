package dev.sluice.proxy.wire;

import static dev.sluice.proxy.wire.WireFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.internal.FileInput;
import dev.sluice.proxy.wire.WireFixture.Task;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file on its way from the operating system to a peer. */
@Timeout(60)
class SentFileTest {
    private static final int LENGTH = 3_000_000;

    @TempDir
    Path folder;

    private WireFixture ends;
    private PlainWire near;
    private PlainWire far;
    private FileOnDisk file;

    @BeforeEach
    void open() throws Exception {
        ends = new WireFixture();
        near = ends.near;
        far = ends.far;
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        file = new FileOnDisk(FileChannel.open(Files.write(folder.resolve("file"), bytes)));
    }

    @AfterEach
    void close() throws Exception {
        ends.close();
        file.channel.close();
    }

    static Stream<Boolean> threads() {
        return PlainWireTest.threads();
    }

    /** The next bytes of a file, as the operating system sends them. */
    private static final class FileOnDisk extends FileInput {
        private final FileChannel channel;
        private long position;

        private FileOnDisk(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public long send(long count, WritableByteChannel to) throws IOException {
            long sent = channel.transferTo(position, count, to);
            position += sent;
            return sent;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = channel.read(ByteBuffer.wrap(target, offset, length), position);
            position += Math.max(0, n);
            return n;
        }
    }

    /** As one who writes a response: what cannot be sent is read and written. */
    private Void sendAll() throws IOException {
        byte[] buffer = new byte[64 * 1024];
        while (file.position < LENGTH) {
            if (near.send(file, LENGTH - file.position) == 0) {
                int n = file.read(buffer, 0, buffer.length);
                near.write(buffer, 0, n);
            }
        }
        near.shutdownOutput();
        return null;
    }

    @ParameterizedTest
    @MethodSource("threads")
    void allOfItArrives(boolean virtual) throws Exception {
        Task<Void> sender = ends.start(virtual, this::sendAll);

        String received = read(far, LENGTH + 1);

        sender.get();
        assertThat(received.getBytes("ISO-8859-1")).isEqualTo(Files.readAllBytes(folder.resolve("file")));
    }

    @ParameterizedTest
    @MethodSource("threads")
    void aReaderThatTakesNothingIsGivenUpAtTheDeadline(boolean virtual) throws Exception {
        near.writeDeadline(ends.time.nanos() + WireFixture.PERIOD.toNanos());
        Task<Void> sender = ends.start(virtual, this::sendAll).awaitBlocked();

        ends.sweep();
        ends.sweep();

        assertThat(sender.failure()).isInstanceOf(WireTimeoutException.class);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void abortFreesTheSenderAndResetsThePeer(boolean virtual) throws Exception {
        Task<Void> sender = ends.start(virtual, this::sendAll).awaitBlocked();

        near.abort();

        assertThat(near.closed()).isTrue();
        assertThat(sender.failure()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(far, LENGTH))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** Its number could be that of another connection by the time at which the system uses it. */
    @Test
    void theChannelIsOpenUntilItsSenderIsDone() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        boolean[] wasOpen = {false};
        FileInput held = new FileInput() {
            @Override
            public long send(long count, WritableByteChannel to) {
                sending.countDown();
                awaitUninterruptibly(closed);
                wasOpen[0] = to.isOpen();
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return -1;
            }
        };
        Task<Long> sender = ends.start(() -> near.send(held, 1));
        sending.await();

        near.close();
        assertThat(near.closed()).isTrue();
        closed.countDown();

        assertThat(sender.get()).isZero();
        assertThat(wasOpen[0]).isTrue();
        assertThat(far.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThatThrownBy(() -> near.send(held, 1)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> WireFixture.write(near, "x")).isInstanceOf(ClosedChannelException.class);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException hurry) {
            throw new AssertionError(hurry);
        }
    }
}
