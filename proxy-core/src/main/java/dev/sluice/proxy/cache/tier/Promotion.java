package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.store.Writing;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A response on its way from the disk into memory. */
final class Promotion implements AutoCloseable {
    private final Writing writing;
    private final AtomicReference<@Nullable Runnable> whenEnded;

    /** @param whenEnded is called once */
    Promotion(Writing writing, Runnable whenEnded) {
        this.writing = writing;
        this.whenEnded = new AtomicReference<>(whenEnded);
    }

    Writing writing() {
        return writing;
    }

    /** Ends it. What is not committed is dropped. */
    @Override
    public void close() {
        writing.close();
        Runnable once = whenEnded.getAndSet(null);
        if (once != null) {
            once.run();
        }
    }
}
