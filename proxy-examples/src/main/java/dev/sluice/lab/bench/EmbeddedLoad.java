package dev.sluice.lab.bench;

import dev.sluice.lab.Latencies;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The load generator where wrk is missing, or where the number of requests must be exact. Its connections stay open
 * from one run to the next, and each has a thread. It uses more CPU than wrk, so less is left for the proxy. For one
 * thread.
 */
final class EmbeddedLoad implements AutoCloseable {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final List<Socket> connections = new ArrayList<>();
    private final String path;
    private final String rest;
    private final byte[] request;

    private EmbeddedLoad(int port, String path) {
        this.path = path;
        this.rest = " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
        this.request = request("");
    }

    private byte[] request(String number) {
        return ("GET " + path + number + rest).getBytes(StandardCharsets.US_ASCII);
    }

    /** Opens this number of connections. */
    static EmbeddedLoad open(int port, String path, int connections) throws IOException {
        EmbeddedLoad load = new EmbeddedLoad(port, path);
        try {
            for (int i = 0; i < connections; i++) {
                Socket socket = new Socket();
                load.connections.add(socket);
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress("127.0.0.1", port));
            }
            return load;
        } catch (IOException failure) {
            load.close();
            throw failure;
        }
    }

    /** Sends requests for this time; see {@link Load#run}. */
    static LoadResult run(int port, String path, int connections, int seconds)
            throws IOException, InterruptedException {
        try (EmbeddedLoad load = open(port, path, connections)) {
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            return load.run(() -> System.nanoTime() - end < 0);
        }
    }

    /** Sends exactly this number of requests, if none fails. */
    LoadResult run(long requests) throws InterruptedException {
        AtomicLong left = new AtomicLong(requests);
        return run(() -> left.getAndDecrement() > 0);
    }

    @Override
    public void close() throws IOException {
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private LoadResult run(BooleanSupplier more) throws InterruptedException {
        Latencies all = new Latencies();
        AtomicInteger failures = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(connections.size());
        long begin = System.nanoTime();
        for (Socket connection : connections) {
            Workers.start(() -> {
                Latencies own = new Latencies();
                try {
                    request(connection, more, own);
                } catch (IOException | RuntimeException failure) {
                    failures.incrementAndGet();
                } finally {
                    all.add(own);
                    done.countDown();
                }
            });
        }
        done.await();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new LoadResult(
                all.count(),
                all.count() / seconds,
                all.percentileMicros(50),
                all.percentileMicros(99),
                failures.get() == 0 ? "" : failures + " connections failed");
    }

    private void request(Socket connection, BooleanSupplier more, Latencies latencies) throws IOException {
        OutputStream out = connection.getOutputStream();
        HeadReader responses = new HeadReader(connection.getInputStream());
        while (more.getAsBoolean()) {
            long begin = System.nanoTime();
            out.write(path.endsWith(Load.NUMBER) ? request(String.valueOf(NUMBERS.incrementAndGet())) : request);
            readResponse(responses);
            latencies.add(System.nanoTime() - begin);
        }
    }

    /**
     * Reads one response to its end.
     *
     * @throws IOException if it is not a 200 with {@code Content-Length}
     */
    static void readResponse(HeadReader responses) throws IOException {
        if (!responses.next()) {
            throw new EOFException("the connection closed before a response");
        }
        String status = responses.firstLine();
        String length = responses.field("Content-Length");
        if (!status.startsWith("HTTP/1.1 200") || length == null) {
            throw new IOException("not a 200 with Content-Length: " + status);
        }
        responses.skip(Long.parseLong(length));
    }
}
