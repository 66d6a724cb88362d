package dev.sluice.proxy.testing;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What a test has opened. It is closed in the opposite order. For tests of each module, and for any thread of them. */
public final class Opened {
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    public <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    public void close() throws Exception {
        for (AutoCloseable next = open.poll(); next != null; next = open.poll()) {
            next.close();
        }
    }
}
