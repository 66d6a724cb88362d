package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.field.ContentRange;
import dev.sluice.proxy.cache.rule.Multipart;
import dev.sluice.proxy.cache.rule.Ranges;
import dev.sluice.proxy.cache.rule.Reuse;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stored answers with a part (206), each of which is an entry of its own: it answers requests for ranges that lie within
 * it, as long as it is fresh and nothing whole is stored (RFC 9111 §3.3). Parts are never combined, and never validated.
 */
final class StoredParts {
    private static final int PARTIAL = 206;

    /** Each part is one of the few variants that a store keeps of a URL. */
    private static final int MOST = 8;

    /** No variant of a whole has a line feed behind its first one. */
    private static final String MARK = "\npart ";

    private final List<StoredResponse> parts;
    private final CacheRequest asked;
    private final CacheSetup setup;

    StoredParts(List<StoredResponse> parts, CacheRequest asked, CacheSetup setup) {
        this.parts = parts;
        this.asked = asked;
        this.setup = setup;
    }

    /** What tells the variant of a part from that of the whole; nothing for a whole. */
    static String suffix(ProxyResponse response) {
        ContentRange range = response.status() == PARTIAL ? ContentRange.of(response.headers()) : null;
        return range == null ? "" : MARK + range.first() + '-' + range.last();
    }

    static boolean isPart(StoredResponse stored) {
        return stored.head().status() == PARTIAL;
    }

    /** Returns whether no more of them are to be stored. */
    boolean isFull() {
        return parts.size() >= MOST;
    }

    /**
     * A part that answers the request.
     *
     * @param bytes of the whole
     */
    record Answer(StoredResponse stored, Ranges.Part bytes) {
        StoredHead head() {
            return stored.head();
        }

        /** The response. */
        ProxyResponse response(Headers aged) throws IOException {
            ContentRange has = Objects.requireNonNull(ContentRange.of(head().headers()));
            StoredBody body = stored.open();
            return ProxyResponse.builder(PARTIAL)
                    .version(head().version())
                    .headers(Multipart.fields(aged, bytes, has.length()))
                    .body(new StoredContent(body, bytes.first() - has.first(), bytes.last() + 1 - has.first()))
                    .build();
        }
    }

    /** The newest part that answers the request; null if there is none. */
    @Nullable
    Answer find(CacheCore core, Instant now) {
        Headers fields = asked.request().headers();
        // Their tags are the whole's, but only a whole shows that they are met.
        if (parts.isEmpty() || !asked.isRange() || fields.has("If-None-Match") || fields.has("If-Modified-Since")) {
            return null;
        }
        for (StoredResponse each : parts) {
            StoredHead head = each.head();
            Ranges.Part bytes = isUsable(core, head, now) ? Ranges.within(fields, head, now) : null;
            if (bytes != null) {
                return new Answer(each, bytes);
            }
        }
        return null;
    }

    private boolean isUsable(CacheCore core, StoredHead head, Instant now) {
        return head.variant().startsWith(asked.variant(head.selecting()) + MARK)
                && !core.isStale(head)
                && Reuse.of(asked.wish(), setup.facts(head), now) == Reuse.FRESH;
    }
}
