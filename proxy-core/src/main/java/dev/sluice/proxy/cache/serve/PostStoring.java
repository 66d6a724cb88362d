package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Stores the answer to POST for GET while its client reads it (RFC 9110 §9.3.3). It is not found before it is whole, and is
 * dropped if its client leaves. An attribute of the client's exchange, as what the POST invalidates is not this answer.
 */
final class PostStoring {
    private final CacheCore core;
    private final StoredHead head;
    private final Fill fill;
    private final Writing writing;
    /** How many bytes are still missing; negative if only the end shows it. */
    private long left;

    private boolean whole = true;
    private boolean ended;

    private PostStoring(CacheCore core, StoredHead head, Fill fill, Writing writing, long length) {
        this.core = core;
        this.left = length;
        this.head = head;
        this.fill = fill;
        this.writing = writing;
    }

    /** The response, which is stored when it is read; or as it is, if the store has no room. */
    static ProxyResponse stored(CacheCore core, StoredHead head, ProxyResponse response, Exchange exchange) {
        if (response.body().length() == 0) {
            return response;
        }
        Fill fill = core.fills.standIn(head.key(), "POST");
        Writing writing =
                fill == null ? null : write(core, head, response.body().length(), fill);
        if (fill == null || writing == null) {
            return response;
        }
        PostStoring storing =
                new PostStoring(core, head, fill, writing, response.body().length());
        exchange.put(PostStoring.class, storing);
        exchange.onEnd(outcome -> storing.end());
        Body body = response.body();
        return response.toBuilder()
                .body(body.map(in -> storing.new Input(in), body.length()))
                .build();
    }

    /** Without a writing, also after an Error, the fill has ended. */
    private static @Nullable Writing write(CacheCore core, StoredHead head, long length, Fill fill) {
        Writing writing = null;
        try {
            writing = Storing.write(core, head, length);
        } finally {
            if (writing == null) {
                core.fills.ended(head.key(), fill);
            }
        }
        return writing;
    }

    /** What stands for it among what is on its way. */
    static @Nullable Fill of(Exchange exchange) {
        PostStoring storing = exchange.get(PostStoring.class);
        return storing == null ? null : storing.fill;
    }

    private synchronized void append(byte[] bytes, int offset, int length) {
        try {
            whole = whole && !ended && writing.append(bytes, offset, length);
        } catch (IOException | RuntimeException cause) {
            core.failed("store a response", cause);
            whole = false;
        }
        left -= length;
        if (left == 0) {
            commit();
        }
    }

    private synchronized void commit() {
        if (whole && !ended && new Storing(core, fill, head).commit(this::store)) {
            core.counts.stored();
        }
        end();
    }

    private boolean store(StoredHead now) throws IOException {
        writing.commit(now);
        return true;
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            writing.close();
            core.fills.ended(head.key(), fill);
        }
    }

    /** What the client reads. */
    private final class Input extends BulkInputStream {
        private final InputStream in;

        private Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = in.read(into, offset, length);
            if (n > 0) {
                append(into, offset, n);
            } else if (n < 0) {
                commit();
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
