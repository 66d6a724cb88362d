package dev.sluice.proxy.log;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.syntax.Redaction;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The values of an exchange for a line of the log, redacted. Null for missing ones. For one thread. */
final class LogEntry {
    private static final DateTimeFormatter APACHE_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ExchangeRecord record;
    private final Redaction redaction;
    private final @Nullable RequestRecord request;
    /** The fields of the request, once they are asked for: a record puts them together at each call. */
    private @Nullable Headers requestFields;

    private @Nullable Headers responseFields;

    LogEntry(ExchangeRecord record, Redaction redaction) {
        this.record = record;
        this.redaction = redaction;
        this.request = record.request();
    }

    ExchangeRecord record() {
        return record;
    }

    Redaction redaction() {
        return redaction;
    }

    Instant time() {
        return record.beginAt();
    }

    String apacheTime() {
        return APACHE_TIME.format(record.beginAt());
    }

    /** The address of the client that began the request. */
    String client() {
        InetAddress address = record.forwardedClient().address();
        return address == null ? peer() : IpLiteral.format(address);
    }

    /** The address of the connection: the client's, or that of the proxy before this one. */
    String peer() {
        InetAddress address = record.client().address().getAddress();
        return address == null ? record.client().address().getHostString() : IpLiteral.format(address);
    }

    /** The name of the principal. */
    @Nullable
    String user() {
        Principal principal = record.principal();
        return principal == null ? null : principal.name();
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

    @Nullable
    String traceId() {
        TraceContext trace = record.trace();
        return trace == null ? null : trace.traceId();
    }

    @Nullable
    String spanId() {
        TraceContext trace = record.trace();
        return trace == null ? null : trace.spanId();
    }

    /** Method, target and version, as a request of HTTP/1.1 begins. */
    @Nullable
    String requestLine() {
        return request == null ? null : request.method() + ' ' + target() + ' ' + request.version();
    }

    @Nullable
    String method() {
        return request == null ? null : request.method();
    }

    /** What the client used. */
    @Nullable
    String scheme() {
        return request == null ? null : record.forwardedClient().scheme();
    }

    /** What the client asked for. */
    @Nullable
    String host() {
        Authority authority = record.forwardedClient().authority();
        return authority == null ? null : authority.toString();
    }

    /** The prefix that a proxy before this one has removed from the path. */
    @Nullable
    String prefix() {
        String prefix = record.forwardedClient().prefix();
        return prefix.isEmpty() ? null : redaction.url(prefix);
    }

    @Nullable
    String target() {
        return request == null ? null : redaction.url(request.target().toString());
    }

    @Nullable
    String path() {
        return request == null ? null : redaction.url(request.target().path());
    }

    @Nullable
    String query() {
        String query = request == null ? null : request.target().query();
        return query == null ? null : redaction.query(query);
    }

    @Nullable
    String version() {
        return request == null ? null : request.version().toString();
    }

    /** Of the client's connection; null if it is plain. */
    @Nullable
    String tlsVersion() {
        SSLSession tls = record.client().tls();
        return tls == null ? null : tls.getProtocol();
    }

    @Nullable
    String tlsCipher() {
        SSLSession tls = record.client().tls();
        return tls == null ? null : tls.getCipherSuite();
    }

    /** The status that the client got. */
    @Nullable
    Integer status() {
        return record.status() == 0 ? null : (Integer) record.status();
    }

    String outcome() {
        return String.valueOf(record.outcome());
    }

    @Nullable
    String route() {
        return record.route();
    }

    /** What the cache did, in a word. */
    @Nullable
    String cache() {
        CacheUse use = record.cache();
        return use == null ? null : use.summary();
    }

    /**
     * The attempt that the client got the answer of: the last one that was not dropped for another, as the slower ones of a
     * hedge are; else the last one.
     */
    private @Nullable AttemptRecord attempt() {
        List<AttemptRecord> attempts = record.attempts();
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (attempts.get(i).outcome() != Outcome.ABANDONED) {
                return attempts.get(i);
            }
        }
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    }

    @Nullable
    String upstream() {
        AttemptRecord attempt = attempt();
        return attempt == null ? null : attempt.upstream();
    }

    @Nullable
    Tags tags() {
        AttemptRecord attempt = attempt();
        return attempt == null || attempt.tags().isEmpty() ? null : new Tags(attempt.tags());
    }

    @Nullable
    String tag(String name) {
        AttemptRecord attempt = attempt();
        return attempt == null ? null : attempt.tags().get(name);
    }

    int attempts() {
        return record.attemptCount();
    }

    @Nullable
    Integer upstreamStatus() {
        AttemptRecord attempt = attempt();
        return attempt == null || attempt.status() == 0 ? null : (Integer) attempt.status();
    }

    /** Milliseconds from the attempt's begin to the head of its response. */
    @Nullable
    BigDecimal upstreamHeadMillis() {
        AttemptRecord attempt = attempt();
        return attempt == null ? null : millis(attempt.beginNanos(), attempt.headNanos());
    }

    /** Milliseconds from the attempt's begin to its end. */
    @Nullable
    BigDecimal upstreamMillis() {
        AttemptRecord attempt = attempt();
        return attempt == null ? null : millis(attempt.beginNanos(), attempt.endNanos());
    }

    /** Milliseconds from the request to the response's head, or null when none went out. */
    @Nullable
    BigDecimal headMillis() {
        return millis(record.beginNanos(), record.headNanos());
    }

    @Nullable
    BigDecimal totalMillis() {
        return millis(record.beginNanos(), record.endNanos());
    }

    private static @Nullable BigDecimal millis(long beginNanos, long endNanos) {
        // To the microsecond: three digits after the point.
        return endNanos < 0 ? null : BigDecimal.valueOf((endNanos - beginNanos + 500) / 1_000, 3);
    }

    long requestBytes() {
        return record.requestBytes();
    }

    long responseBytes() {
        return record.responseBytes();
    }

    @Nullable
    String requestField(String name) {
        if (requestFields == null) {
            requestFields = request == null ? Headers.empty() : request.headers();
        }
        return value(requestFields, name);
    }

    @Nullable
    String responseField(String name) {
        if (responseFields == null) {
            responseFields = record.responseHeaders();
        }
        return value(responseFields, name);
    }

    /** All lines of the field in one (RFC 9110 §5.3). */
    private @Nullable String value(Headers headers, String name) {
        List<String> values = headers.all(name);
        return values.isEmpty() ? null : redaction.text(String.join(", ", values));
    }
}
