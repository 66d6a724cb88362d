package dev.sluice.proxy.log;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of an exchange for a line of the log, redacted. Null for missing ones. */
record LogEntry(ExchangeRecord record, Redaction redaction) {
    Instant time() {
        return record.beginAt();
    }

    /** The address of the client that began the request. */
    String client() {
        InetAddress address = record.forwardedClient().address();
        return address == null ? peer() : IpLiteral.format(address);
    }

    /** The name of the principal. */
    @Nullable
    String user() {
        Principal principal = record.principal();
        return principal == null ? null : principal.name();
    }

    /** The address of the connection: the client's, or that of the proxy before this one. */
    String peer() {
        InetAddress address = record.client().address().getAddress();
        return address == null ? record.client().address().getHostString() : IpLiteral.format(address);
    }

    /** What the client used. */
    @Nullable
    String scheme() {
        return record.request() == null ? null : record.forwardedClient().scheme();
    }

    /** The prefix that a proxy before this one has removed from the path. */
    @Nullable
    String prefix() {
        String prefix = record.forwardedClient().prefix();
        return prefix.isEmpty() ? null : prefix;
    }

    @Nullable
    String method() {
        RequestRecord request = record.request();
        return request == null ? null : request.method();
    }

    @Nullable
    String target() {
        RequestRecord request = record.request();
        return request == null ? null : redaction.apply(request.target().toString());
    }

    @Nullable
    String version() {
        RequestRecord request = record.request();
        return request == null ? null : request.version().toString();
    }

    /** What the client asked for. */
    @Nullable
    String host() {
        Authority authority = record.forwardedClient().authority();
        return authority == null ? null : authority.toString();
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

    /** The id that the request has on its way. */
    @Nullable
    String requestId() {
        return record.requestId();
    }

    /** Its place in a trace; null if the server takes part in none. */
    @Nullable
    String traceparent() {
        TraceContext trace = record.trace();
        return trace == null ? null : trace.parent();
    }

    /** What the cache did, in a word. */
    @Nullable
    String cache() {
        CacheUse use = record.cache();
        return use == null ? null : use.summary();
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
        RequestRecord request = record.request();
        return request == null ? Headers.empty() : request.headers();
    }

    private String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", (nanos - record.beginNanos()) / 1e6);
    }
}
