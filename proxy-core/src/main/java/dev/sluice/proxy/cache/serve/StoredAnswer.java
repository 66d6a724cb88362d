package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.Conditions;
import dev.sluice.proxy.cache.rule.Multipart;
import dev.sluice.proxy.cache.rule.Ranges;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes the response to one client of a response that is stored, or is being stored. */
final class StoredAnswer {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int PARTIAL = 206;
    private static final int UNSATISFIABLE = 416;

    private final ProxyRequest request;
    private final StoredHead head;
    private final long length;
    private final Instant now;
    private final Headers headers;
    private boolean arriving;

    /**
     * An answer at a time.
     *
     * @param headers the fields of a whole answer
     * @param length of the stored body, or {@link Body#UNKNOWN} as long as it is arriving
     */
    StoredAnswer(ProxyRequest request, StoredHead head, Headers headers, long length, Instant now) {
        this.request = request;
        this.head = head;
        this.headers = headers;
        this.length = length;
        this.now = now;
    }

    /** The body is still arriving, and may pass by without being stored: it can be read in its order alone. */
    StoredAnswer arriving() {
        arriving = true;
        return this;
    }

    /** Opens the stored body. */
    @FunctionalInterface
    interface Opening {
        /** A reader of it; null if it is too late for that. */
        @Nullable
        StoredBody open() throws IOException;
    }

    /** The response; null if the body cannot be read any more. */
    @Nullable
    ProxyResponse with(Opening body) throws IOException {
        if (Conditions.areMet(request.headers(), head, now)) {
            return response(NOT_MODIFIED, Conditions.notModified(headers)).build();
        }
        if (request.method().equals("HEAD")) {
            Headers told = length == Body.UNKNOWN || head.status() == NO_CONTENT
                    ? headers
                    : headers.toBuilder()
                            .set("Content-Length", Long.toString(length))
                            .build();
            return response(head.status(), told).build();
        }
        Ranges ranges = ranges();
        if (ranges != null && ranges.kind() == Ranges.Kind.UNSATISFIABLE) {
            return response(UNSATISFIABLE, Multipart.unsatisfiable(headers, length))
                    .build();
        }
        StoredBody stored = length == 0 ? null : body.open();
        if (stored == null) {
            return length == 0 ? response(head.status(), headers).build() : null;
        }
        request.exchange().onEnd(outcome -> stored.close());
        return ranges == null || ranges.kind() == Ranges.Kind.WHOLE
                ? response(head.status(), headers)
                        .body(new StoredContent(stored, 0, length))
                        .build()
                : partial(stored, ranges);
    }

    /** The parts; null for the whole, which a server may always send instead (RFC 9110 §14.2). */
    private @Nullable Ranges ranges() {
        if (length == Body.UNKNOWN) {
            return null;
        }
        Ranges ranges = Ranges.of("GET", request.headers(), head, length, now);
        return arriving && !ranges.isInOrder() ? null : ranges;
    }

    private ProxyResponse partial(StoredBody stored, Ranges ranges) {
        if (ranges.parts().size() == 1) {
            Ranges.Part part = ranges.parts().get(0);
            return response(PARTIAL, Multipart.fields(headers, part, length))
                    .body(new StoredContent(stored, part.first(), part.last() + 1))
                    .build();
        }
        String boundary = boundary();
        Multipart parts = new Multipart(ranges.parts(), headers, length, boundary);
        return response(PARTIAL, Multipart.fields(headers, boundary))
                .body(new MultipartContent(stored, parts))
                .build();
    }

    /** What no body has, unless by a chance of one in 2^128. */
    private static String boundary() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    }

    private ProxyResponse.Builder response(int status, Headers fields) {
        return ProxyResponse.builder(status).version(head.version()).headers(fields);
    }
}
