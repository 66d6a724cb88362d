package dev.sluice.lab.chaos;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The clients, which send requests until this is closed. */
final class Load implements AutoCloseable {
    private final List<Thread> clients = new ArrayList<>();
    private final long beginNanos = System.nanoTime();
    private volatile long endNanos;
    private volatile boolean over;

    /** Starts the clients. */
    Load(InetSocketAddress proxy, ChaosOptions options, Tally tally) {
        long intervalNanos = 1_000_000_000L * options.clients / options.rate;
        for (int i = 0; i < options.clients; i++) {
            Random random = new Random(options.seed + i);
            String name = "client-" + i;
            Thread client = new Thread(new Client(proxy, name, random, intervalNanos, () -> !over, tally), name);
            clients.add(client);
            client.start();
        }
    }

    /** How long the clients have been sending. */
    double seconds() {
        return ((over ? endNanos : System.nanoTime()) - beginNanos) / 1e9;
    }

    /** Waits until each client has its last answer. */
    @Override
    public void close() {
        if (!over) {
            endNanos = System.nanoTime();
            over = true;
        }
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
