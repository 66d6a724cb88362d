package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.CacheUse.Forward;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.Storable;
import dev.sluice.proxy.cache.serve.CacheRequest.Sent;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.scope.ClientMarks;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Answers of the origin to one request as it is, without a fill. */
final class FromOrigin {
    private final CacheCore core;
    private final CacheRequest asked;
    private final OriginFetch origin;
    private final CacheNotes notes;

    FromOrigin(CacheCore core, CacheRequest asked, OriginFetch origin, CacheNotes notes) {
        this.core = core;
        this.asked = asked;
        this.origin = origin;
        this.notes = notes;
    }

    /**
     * Sends the request on.
     *
     * @param why for the record
     * @param detail what else there is to say, or null
     */
    Fetched direct(Forward why, @Nullable String detail) throws IOException, InterruptedException {
        ProxyRequest request = asked.request();
        Exchange exchange = request.exchange();
        TimeSource time = exchange.time();
        long stamp = core.purges.last();
        Instant requestAt = time.now();
        ClientMarks marks = ClientMarks.begin(exchange);
        Fetched fetched;
        try {
            fetched = origin.fetch(request);
        } finally {
            marks.end(exchange);
        }
        Sent sent = new Sent(stamp, requestAt, time.now());
        String reason = detail == null ? passed(fetched, sent) : detail;
        if (request.method().equals("HEAD") && why != Forward.BYPASS) {
            new HeadFreshening(core, asked).apply(fetched, sent);
        }
        if (request.method().equals("POST")
                && !asked.isBypassed()
                && asked.storable(fetched, sent).isYes()) {
            StoredHead head = asked.head(fetched, sent);
            ProxyResponse read = PostStoring.stored(core, head, fetched.response(), exchange);
            return notes.stored(fetched.with(marks.on(exchange, read)), why, head, false);
        }
        return notes.forwarded(fetched.with(marks.on(exchange, fetched.response())), why, reason);
    }

    /** Why the response to a request that waits for nobody is not stored either; null if it could be. */
    private @Nullable String passed(Fetched fetched, Sent sent) {
        String why = core.passes.why(
                asked.passKey(), asked.request().exchange().time().nanos());
        if (why == null) {
            return null;
        }
        Storable storable = asked.storable(fetched, sent);
        if (!storable.isYes()) {
            return storable.reason();
        }
        if (why.equals(FillRun.NO_ROOM)) {
            return why;
        }
        core.passes.remove(asked.passKey());
        return null;
    }
}
