package dev.sluice.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A load that counts the answers that were let through and those that a limit refused. Each connection has a thread, stays
 * open, and sends the next request as soon as the previous one is answered.
 *
 * @param through answers with 200
 * @param refused answers with 429
 * @param failed connections that ended, or got another answer
 * @param seconds how long it took
 */
record CountedLoad(long through, long refused, int failed, double seconds) {
    static CountedLoad run(int port, String path, int connections, int seconds) throws InterruptedException {
        AtomicLong through = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        AtomicInteger failed = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(connections);
        long begin = System.nanoTime();
        long end = begin + Duration.ofSeconds(seconds).toNanos();
        for (int i = 0; i < connections; i++) {
            Workers.start(() -> {
                try (Socket socket = new Socket()) {
                    socket.setTcpNoDelay(true);
                    socket.connect(new InetSocketAddress("127.0.0.1", port));
                    while (System.nanoTime() - end < 0) {
                        (letThrough(socket, path) ? through : refused).incrementAndGet();
                    }
                } catch (IOException | RuntimeException failure) {
                    failed.incrementAndGet();
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        return new CountedLoad(through.get(), refused.get(), failed.get(), (System.nanoTime() - begin) / 1e9);
    }

    private static boolean letThrough(Socket socket, String path) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        HeadReader response = new HeadReader(in);
        if (!response.next()) {
            throw new IOException("the connection closed before a response");
        }
        String status = response.firstLine();
        String length = response.field("Content-Length");
        boolean let = status.startsWith("HTTP/1.1 200");
        if (length == null || (!let && !status.startsWith("HTTP/1.1 429"))) {
            throw new IOException("neither a 200 nor a 429 with Content-Length: " + status);
        }
        response.skip(Long.parseLong(length));
        return let;
    }
}
