package dev.sluice.examples.demo;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Kills a random origin every few seconds, and starts it again. Only one is dead at a time. */
final class Chaos implements AutoCloseable {
    private final List<OriginProcess> origins;
    private final EventLog events;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "chaos");

    Chaos(List<OriginProcess> origins, EventLog events) {
        this.origins = origins;
        this.events = events;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Stops killing. An origin that is dead stays dead. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try {
            while (!stop.await(random.nextInt(1_500, 4_000), TimeUnit.MILLISECONDS)) {
                OriginProcess victim = origins.get(random.nextInt(origins.size()));
                victim.kill();
                events.add(victim.name() + " killed with SIGKILL");
                if (stop.await(random.nextInt(500, 2_500), TimeUnit.MILLISECONDS)) {
                    return;
                }
                victim.start();
                victim.awaitReady();
                events.add(victim.name() + " started again");
            }
        } catch (InterruptedException | UncheckedIOException failure) {
            events.add("no more kills: " + failure.getMessage());
        }
    }
}
