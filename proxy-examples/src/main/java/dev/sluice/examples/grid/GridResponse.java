package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;

/** A response as it was found. */
record GridResponse(GridStore store, GridEntry entry) implements StoredResponse {
    @Override
    public StoredHead head() {
        return entry.head();
    }

    @Override
    public long length() {
        return entry.length();
    }

    @Override
    public StoredBody open() throws IOException {
        return new GridBody(store, entry);
    }
}
