package dev.sluice.proxy.wire;

import dev.sluice.proxy.connect.Threads;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Two wires that are the ends of one connection, with a manual clock, and threads that are released at the end. */
final class WireFixture {
    static final Duration PERIOD = Duration.ofMillis(100);

    final ManualTime time = new ManualTime();
    final Watch watch = Watch.of(time);
    final PlainWire near;
    final PlainWire far;
    private final List<Task<?>> tasks = new ArrayList<>();

    /** Small buffers fill soon. A buffer whose size is set does not grow by itself, so a full one stays full. */
    WireFixture() throws IOException {
        this(64 * 1024);
    }

    /**
     * @param sendBytes the size of the system's send buffer at the near end; 0 for the system's choice
     */
    WireFixture(int sendBytes) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel channel = SocketChannel.open(server.getLocalAddress());
            if (sendBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBytes);
            }
            near = PlainWire.of(channel, watch);
            far = PlainWire.of(server.accept(), watch);
        }
    }

    /** Runs the task on a new thread, virtual or not. */
    <T> Task<T> start(boolean virtual, Callable<T> work) throws Exception {
        FutureTask<T> future = new FutureTask<>(work);
        Thread thread = (virtual ? Threads.VIRTUAL : Threads.PLATFORM).start(future);
        Task<T> task = new Task<>(thread, future);
        tasks.add(task);
        return task;
    }

    <T> Task<T> start(Callable<T> work) throws Exception {
        return start(false, work);
    }

    /** Both ends, after a TLS handshake that needs no name. */
    TlsPair tls(TlsSettings client, ServerTls server, String name) throws Exception {
        Task<TlsWire> accepted = start(() -> TlsWire.accept(far, server, List.of(), Long.MAX_VALUE));
        TlsWire connected = TlsWire.connect(near, client, name, 443, List.of(), Long.MAX_VALUE);
        return new TlsPair(connected, accepted.get());
    }

    /** Moves the clock past a sweep. */
    void sweep() {
        time.advance(PERIOD);
    }

    static String read(Wire wire, int length) throws IOException {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int n = wire.read(bytes, at, length - at);
            if (n < 0) {
                break;
            }
            at += n;
        }
        return new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
    }

    static void write(Wire wire, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        wire.write(bytes, 0, bytes.length);
    }

    /** Writes until it fails. */
    static Void flood(Wire wire) throws IOException {
        byte[] block = new byte[64 * 1024];
        while (true) {
            wire.write(block, 0, block.length);
        }
    }

    void close() throws Exception {
        near.close();
        far.close();
        for (Task<?> task : tasks) {
            task.thread.join(20_000);
        }
    }

    record TlsPair(TlsWire near, TlsWire far) {}

    record Task<T>(Thread thread, FutureTask<T> future) {
        T get() throws Exception {
            return future.get(20, TimeUnit.SECONDS);
        }

        /** The exception of the task. */
        Throwable failure() throws Exception {
            try {
                T result = get();
                throw new AssertionError("no failure, but " + result);
            } catch (java.util.concurrent.ExecutionException failure) {
                return failure.getCause();
            }
        }

        /** Waits until the thread has been seen in a system call of a socket many times in a row. */
        Task<T> awaitBlocked() {
            int[] seen = {0};
            Awaited.isTrue(() -> {
                seen[0] = inSocketCall() ? seen[0] + 1 : 0;
                return seen[0] > 30 || future.isDone();
            });
            return this;
        }

        private boolean inSocketCall() {
            StackTraceElement[] stack = thread.getStackTrace();
            for (StackTraceElement frame : stack) {
                String name = frame.getMethodName();
                if (name.equals("read0")
                        || name.equals("write0")
                        || name.equals("transferTo0")
                        || (name.equals("park") && isChannel(frame))) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isChannel(StackTraceElement frame) {
            return frame.getClassName().startsWith("sun.nio.ch.");
        }
    }
}
