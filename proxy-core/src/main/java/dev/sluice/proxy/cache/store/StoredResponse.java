package dev.sluice.proxy.cache.store;

import java.io.IOException;

/** A response that a {@link CacheStore} keeps whole. Safe for use by many threads. */
public interface StoredResponse {
    /** Its head. */
    StoredHead head();

    /** The length of its body in bytes. */
    long length();

    /**
     * Opens its body; each reader opens it for itself, and closes it. It stays readable until then, even if the response
     * is dropped in the meantime.
     *
     * @throws IOException if it is not there any more, or is damaged
     */
    StoredBody open() throws IOException;
}
