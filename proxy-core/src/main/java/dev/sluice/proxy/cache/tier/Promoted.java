package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.disk.Place;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A response of the disk that goes to memory when its body is read from the beginning to the end. */
record Promoted(StoredResponse onDisk, TieredStore store, Place place) implements StoredResponse {
    @Override
    public StoredHead head() {
        return onDisk.head();
    }

    @Override
    public long length() {
        return onDisk.length();
    }

    @Override
    public StoredBody open() throws IOException {
        StoredBody body = onDisk.open();
        Writing writing = onDisk.length() == 0 ? null : store.beginPromotion(onDisk);
        return writing == null ? body : new Copied(body, writing);
    }

    private final class Copied implements StoredBody {
        private final StoredBody body;
        private @Nullable Writing writing;
        private long copied;

        private Copied(StoredBody body, Writing writing) {
            this.body = body;
            this.writing = writing;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) throws IOException {
            int count = body.read(position, into, offset, length);
            Writing to = writing;
            if (to != null && count > 0) {
                boolean next = position == copied && to.append(into, offset, count);
                copied += count;
                if (next && copied == length()) {
                    store.promote(to, head(), place);
                }
                if (!next || copied == length()) {
                    end();
                }
            }
            return count;
        }

        private void end() {
            if (writing != null) {
                writing.close();
                writing = null;
            }
        }

        @Override
        public void close() {
            end();
            body.close();
        }
    }
}
