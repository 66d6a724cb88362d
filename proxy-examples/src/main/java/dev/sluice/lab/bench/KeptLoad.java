package dev.sluice.lab.bench;

import dev.sluice.lab.Latencies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A load over connections that were opened before it, so that opening them is no part of the figures. Each sends the next
 * request as soon as the previous one is answered. A thread for each processor serves a part of the connections.
 */
final class KeptLoad {
    /** How long nothing may arrive. The latency shows slow answers anyway. */
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int BUFFER_BYTES = 64 * 1024;

    private KeptLoad() {}

    /** Sends requests for this time, and waits for the last answers. The rate is that of the answers within the time. */
    static LoadResult run(IdleConnections connections, int seconds) throws IOException, InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        List<List<ClientConnection>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            parts.add(new ArrayList<>());
        }
        int next = 0;
        for (ClientConnection connection : connections.forLoad()) {
            parts.get(next++ % threads).add(connection);
        }
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        List<Part> started = new ArrayList<>();
        for (List<ClientConnection> each : parts) {
            Part part = new Part(each, end);
            part.start();
            started.add(part);
        }
        Latencies all = new Latencies();
        long inTime = 0;
        int failed = 0;
        for (Part part : started) {
            part.join();
            all.add(part.latencies);
            inTime += part.inTime;
            failed += part.failed;
        }
        return new LoadResult(
                all.count(),
                inTime / (double) seconds,
                all.percentileMicros(50),
                all.percentileMicros(99),
                failed == 0 ? "" : failed + " connections failed");
    }

    /** One thread with its connections. Others read its figures after its end. */
    private static final class Part extends Thread {
        private final Latencies latencies = new Latencies();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final List<ClientConnection> connections;
        private final long end;
        private int waiting;
        private long inTime;
        private int failed;

        private Part(List<ClientConnection> connections, long end) {
            super("load");
            this.connections = connections;
            this.end = end;
        }

        @Override
        public void run() {
            try (Selector selector = Selector.open()) {
                for (ClientConnection connection : connections) {
                    connection.register(selector);
                    connection.send(System.nanoTime());
                    waiting++;
                }
                while (waiting > 0 && selector.select(this::arrived, PATIENCE_MILLIS) > 0) {
                    // Each answer is followed by the next request.
                }
                failed += waiting;
            } catch (IOException failure) {
                failed += connections.size();
            }
        }

        private void arrived(SelectionKey key) {
            ClientConnection connection = (ClientConnection) key.attachment();
            try {
                if (!connection.receive(buffer)) {
                    return;
                }
                long now = System.nanoTime();
                latencies.add(now - connection.due());
                if (now - end < 0) {
                    inTime++;
                    connection.send(now);
                } else {
                    waiting--;
                }
            } catch (IOException failure) {
                connection.close();
                waiting--;
                failed++;
            }
        }
    }
}
