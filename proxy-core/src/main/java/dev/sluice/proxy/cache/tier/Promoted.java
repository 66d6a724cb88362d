package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.disk.Place;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
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
        Promotion promotion = onDisk.length() == 0 ? null : store.beginPromotion(onDisk);
        return promotion == null ? body : new Copied(body, promotion);
    }

    private final class Copied implements StoredBody {
        private final StoredBody body;
        private @Nullable Promotion promotion;
        private long copied;

        private Copied(StoredBody body, Promotion promotion) {
            this.body = body;
            this.promotion = promotion;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) throws IOException {
            int count = body.read(position, into, offset, length);
            Promotion to = promotion;
            if (to != null && count > 0) {
                boolean next = position == copied && to.writing().append(into, offset, count);
                copied += count;
                if (next && copied == length()) {
                    store.promote(to.writing(), head(), place);
                }
                if (!next || copied == length()) {
                    end();
                }
            }
            return count;
        }

        private void end() {
            if (promotion != null) {
                promotion.close();
                promotion = null;
            }
        }

        @Override
        public void close() {
            end();
            body.close();
        }
    }
}
