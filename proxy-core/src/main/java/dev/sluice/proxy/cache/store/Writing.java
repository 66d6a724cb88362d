package dev.sluice.proxy.cache.store;

import java.io.IOException;

/**
 * A body that is being stored. One thread appends; others may read what has been appended, also after the commit, until
 * it is closed.
 */
public interface Writing extends StoredBody {
    /**
     * Appends bytes, which are copied.
     *
     * @return whether there is room, and the announced length is not exceeded; if not, nothing was appended, now or
     *     later, and the response cannot be stored
     * @throws IOException if they cannot be stored
     */
    boolean append(byte[] bytes, int offset, int length) throws IOException;

    /**
     * Makes the response visible, whole, in place of an earlier one of the same key and variant. The store may drop it at
     * once if others are used more often.
     *
     * @param head as it is now: a purge may have made it stale
     * @throws IOException if it cannot be stored, or bytes are missing: of the announced length, or as there was no room
     */
    void commit(StoredHead head) throws IOException;

    /**
     * Ends the writing: drops the bytes if there was no commit. Who still reads gets bytes or an {@link IOException}, and
     * never the end.
     */
    @Override
    void close();
}
