package dev.sluice.examples.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The demo's own clients: each requests one page after another, without a pause, and checks the answer. */
final class Clients implements AutoCloseable {
    private final Tally tally;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    Clients(Tally tally) {
        this.tally = tally;
    }

    void start(int count, InetSocketAddress address, List<Page> pages) {
        for (int i = 0; i < count; i++) {
            int first = i;
            Thread thread = new Thread(() -> run(address, pages, first), "client-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Waits until each has its last answer. */
    @Override
    public void close() {
        stop.countDown();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(InetSocketAddress address, List<Page> pages, int first) {
        try (Visitor visitor = new Visitor(address)) {
            for (int turn = first; stop.getCount() > 0; turn++) {
                String failure = visit(visitor, pages.get(turn % pages.size()));
                tally.ownRequest(failure);
                if (failure != null && stop.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException | IOException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable String visit(Visitor visitor, Page page) {
        try {
            return page.check(visitor.get(page.path()));
        } catch (IOException | RuntimeException failure) {
            return "GET " + page.path() + ": " + failure;
        }
    }
}
