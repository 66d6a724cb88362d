package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@Timeout(60)
class OtherThreadsTest {
    private static final int BUSY = 50;

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void whoYieldsDoesNotStarveAReaderThatWaitsForItsSocket() throws Exception {
        Executor virtual = VirtualThreads.any().orElseThrow();
        AtomicBoolean stop = new AtomicBoolean();
        Semaphore read = new Semaphore(0);
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel out = SocketChannel.open(server.getLocalAddress());
                SocketChannel in = server.accept()) {
            virtual.execute(() -> readAll(in, read));
            for (int i = 0; i < BUSY; i++) {
                virtual.execute(() -> work(stop));
            }
            for (int ping = 0; ping < 10; ping++) {
                out.write(ByteBuffer.wrap(new byte[1]));
                // As long as it would take if the reader had to wait for the others to end: they do not.
                assertThat(read.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            stop.set(true);
        }
    }

    private static void readAll(SocketChannel in, Semaphore read) {
        try {
            ByteBuffer one = ByteBuffer.allocate(1);
            while (in.read(one.clear()) > 0) {
                read.release();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** As a busy connection: some work, then a read, for whose bytes it waits unless it has let others run. */
    private static void work(AtomicBoolean stop) {
        long sum = 0;
        while (!stop.get()) {
            for (int i = 0; i < 2_000; i++) {
                sum += i * sum + 1;
            }
            if (!OtherThreads.first() || sum == 42) {
                LockSupport.parkNanos(1_000);
            }
        }
    }
}
