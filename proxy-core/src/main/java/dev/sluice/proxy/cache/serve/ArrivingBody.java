package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.cache.store.StoredBody;

/** A body that is being stored: a read of it may wait for the origin. */
interface ArrivingBody extends StoredBody {
    /** How many bytes can be read from a position on without waiting. */
    int available(long position);
}
