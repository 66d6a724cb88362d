package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import org.jspecify.annotations.Nullable;

/** What a {@link Fill} has got: known from the head of the origin's response. */
sealed interface FillHead {
    /**
     * A response that is being stored, and that others may have too if their requests allow it.
     *
     * @param fetched the response as it came
     * @param head what is stored of its head
     * @param length of its body, or -1
     * @param bytes its body
     * @param own reads it for the request that began the fill, or null
     */
    record Shared(
            Fetched fetched,
            StoredHead head,
            long length,
            FillBytes bytes,
            @Nullable StoredBody own) implements FillHead {}

    /** A response for the request that began the fill, and for nobody else. */
    record Alone(Fetched fetched, String why) implements FillHead {}

    /**
     * The stored response is still right (304); its head has been brought up to date.
     *
     * @param unstored fields of the 304 that are for the request that began the fill alone
     * @param isForAll whether others may have it with this head
     * @param isStored whether the store has it with this head
     */
    record Confirmed(StoredHead head, StoredResponse response, Headers unstored, boolean isForAll, boolean isStored)
            implements FillHead {}

    /** There is no response. */
    record Failed(ProxyException why) implements FillHead {}
}
