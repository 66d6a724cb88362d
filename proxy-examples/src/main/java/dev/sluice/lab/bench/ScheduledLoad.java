package dev.sluice.lab.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.lab.Latencies;
import dev.sluice.lab.Table;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An open loop: requests are due at equal distances, whatever becomes of those before them, and a latency begins when the
 * request was due. So a server that stands still is seen by all that would have come meanwhile, and not only by the one
 * that waits (no coordinated omission). One thread sends over the connection that has been free for the longest; another one
 * receives. If no connection is free, requests wait, and that is in their latency.
 */
final class ScheduledLoad {
    /** How much of the rate a valid load reaches, but for one request that is due at the very end. */
    private static final double ENOUGH = 0.99;

    private static final int PATIENCE_SECONDS = 30;
    private static final int POLL_MILLIS = 100;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final BlockingQueue<ClientConnection> free;
    private final int connections;
    private final Latencies latencies = Latencies.precise();
    private final Latencies lateness = new Latencies();
    private long sent;
    private volatile boolean ended;

    private ScheduledLoad(int connections) {
        this.connections = connections;
        this.free = new ArrayBlockingQueue<>(connections);
    }

    /**
     * The figures.
     *
     * @param sentPerSecond requests per second that were sent in time; less than was asked for if the client or the server
     *     did not keep up
     * @param latencies from when a request was due to the end of its response
     * @param lateMicros how late the client sent its requests, the 99th percentile, in microseconds: a part of the latencies
     * @param cpu the CPU time of the client's JVM for each second
     * @param errors why the figures are not valid; empty if they are
     */
    record Result(double sentPerSecond, Latencies latencies, double lateMicros, double cpu, String errors) {}

    /** Sends at this rate for this time, over connections that are opened before, and waits for the last answers. */
    static Result run(int port, int connections, int perSecond, int seconds) throws IOException, InterruptedException {
        try (IdleConnections open = IdleConnections.open(port, connections);
                Selector selector = Selector.open()) {
            ScheduledLoad load = new ScheduledLoad(connections);
            List<ClientConnection> clients = open.forLoad();
            for (ClientConnection client : clients) {
                client.register(selector);
                load.free.add(client);
            }
            Thread receiver = new Thread(() -> load.receive(selector), "receive");
            receiver.start();
            try {
                return load.run(perSecond, seconds);
            } finally {
                load.ended = true;
                receiver.join();
            }
        }
    }

    private Result run(int perSecond, int seconds) throws InterruptedException {
        long cpuBegin = cpuNanos();
        long begin = System.nanoTime();
        send(perSecond, begin, begin + Duration.ofSeconds(seconds).toNanos());
        double took = System.nanoTime() - begin;
        double cpu = (cpuNanos() - cpuBegin) / took;
        for (int i = 0; i < connections && free.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) != null; i++) {
            // What is free again is not waited for.
        }
        double rate = sent / (double) seconds;
        return new Result(
                rate, latencies, lateness.percentileMicros(99), cpu, errors(rate, perSecond, sent - latencies.count()));
    }

    private static String errors(double rate, int perSecond, long unanswered) {
        if (unanswered > 0) {
            return unanswered + " requests were not answered";
        }
        return rate < ENOUGH * perSecond - 1 ? "fell behind: " + Table.number(rate) + "/s were sent" : "";
    }

    /** Sends all that is due before the end. */
    private void send(int perSecond, long begin, long end) throws InterruptedException {
        double distance = 1e9 / perSecond;
        while (true) {
            long due = begin + (long) (sent * distance);
            for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            ClientConnection client = free.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            long now = System.nanoTime();
            if (client == null || due - end >= 0 || now - end >= 0) {
                if (client != null) {
                    free.add(client);
                }
                return;
            }
            lateness.add(now - due);
            sent++;
            try {
                client.send(due);
            } catch (IOException failure) {
                // This request stays without an answer, and so do all later ones on this connection.
                free.add(client);
            }
        }
    }

    private void receive(Selector selector) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try {
            while (!ended) {
                selector.select(key -> arrived(key, buffer), POLL_MILLIS);
            }
        } catch (IOException failure) {
            // What is on its way stays without an answer.
        }
    }

    private void arrived(SelectionKey key, ByteBuffer buffer) {
        ClientConnection client = (ClientConnection) key.attachment();
        try {
            if (client.receive(buffer)) {
                latencies.add(System.nanoTime() - client.due());
                free.add(client);
            }
        } catch (IOException failure) {
            client.close();
            free.add(client);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
