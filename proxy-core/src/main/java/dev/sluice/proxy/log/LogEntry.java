package dev.sluice.proxy.log;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What of an exchange goes into a line of the log, redacted. Null for what there is not. */
record LogEntry(ExchangeRecord record, Redaction redaction) {
    Instant time() {
        return record.beginAt();
    }

    String client() {
        return record.client().address().getAddress() == null
                ? record.client().address().getHostString()
                : record.client().address().getAddress().getHostAddress();
    }

    @Nullable
    String method() {
        ProxyRequest request = record.request();
        return request == null ? null : request.method();
    }

    @Nullable
    String target() {
        ProxyRequest request = record.request();
        return request == null ? null : redaction.apply(request.target().toString());
    }

    @Nullable
    String version() {
        ProxyRequest request = record.request();
        return request == null ? null : request.version().toString();
    }

    @Nullable
    String host() {
        ProxyRequest request = record.request();
        return request == null || request.target().authority() == null
                ? null
                : String.valueOf(request.target().authority());
    }

    @Nullable
    String referer() {
        String referer = headers().first("Referer").orElse(null);
        return referer == null ? null : redaction.apply(referer);
    }

    @Nullable
    String userAgent() {
        return headers().first("User-Agent").orElse(null);
    }

    /** The status that the client got, or 0 when it got none. */
    int status() {
        return record.status();
    }

    String outcome() {
        return String.valueOf(record.outcome());
    }

    @Nullable
    String route() {
        return record.route();
    }

    /** The upstream of the last attempt. */
    @Nullable
    String upstream() {
        List<AttemptRecord> attempts = record.attempts();
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).upstream();
    }

    int attempts() {
        return record.attemptCount();
    }

    /** Milliseconds from the request to the response's head, or null when none went out. */
    @Nullable
    String headMillis() {
        return record.headNanos() < 0 ? null : millis(record.headNanos());
    }

    String totalMillis() {
        return millis(record.endNanos());
    }

    private Headers headers() {
        ProxyRequest request = record.request();
        return request == null ? Headers.empty() : request.headers();
    }

    private String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", (nanos - record.beginNanos()) / 1e6);
    }
}
