package dev.sluice.proxy.cache.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The store of a test, and how it is made. */
public abstract class CacheStoreFixture {
    protected static final String KEY = "http://shop.example/a";

    /** More room than most tests need. */
    protected static final long ROOM = 64L << 20;

    private @Nullable CacheStore opened;

    /**
     * Makes an empty store, which is closed after the test.
     *
     * @throws IllegalArgumentException if a bound is not positive
     */
    protected abstract CacheStore open(long maxBytes, long maxEntryBytes) throws IOException;

    /** The store of this test. At its first call it is made with these bounds. */
    protected final CacheStore store(long maxBytes, long maxEntryBytes) throws IOException {
        CacheStore store = opened;
        if (store == null) {
            store = open(maxBytes, maxEntryBytes);
            opened = store;
        }
        return store;
    }

    /** The store of this test, with room enough if this is the first call. */
    protected final CacheStore store() throws IOException {
        return store(ROOM, ROOM / 4);
    }

    @AfterEach
    void closesTheStore() {
        if (opened != null) {
            opened.close();
        }
    }
}
