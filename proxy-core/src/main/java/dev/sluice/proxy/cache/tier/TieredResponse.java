package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.disk.Place;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A response as it was found.
 *
 * @param inMemory that of the memory, if it was there
 * @param place where the same one is on the disk, if it is known
 * @param shown one of them
 */
record TieredResponse(
        @Nullable StoredResponse inMemory, @Nullable Place place, StoredResponse shown) implements StoredResponse {
    @Override
    public StoredHead head() {
        return shown.head();
    }

    @Override
    public long length() {
        return shown.length();
    }

    @Override
    public StoredBody open() throws IOException {
        return shown.open();
    }
}
