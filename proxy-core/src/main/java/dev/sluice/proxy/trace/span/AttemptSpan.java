package dev.sluice.proxy.trace.span;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.trace.Span;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The span of one attempt, while it goes on. The exchange's thread writes it, and any thread ends it. */
public final class AttemptSpan {
    private final TraceContext context;
    private final ExchangeRecord exchange;
    private final int resends;
    private volatile @Nullable AttemptRecord record;
    private volatile @Nullable String method;
    private volatile @Nullable RequestTarget target;
    private volatile @Nullable Authority authority;
    private volatile @Nullable HttpVersion version;

    private AttemptSpan(TraceContext context, ExchangeRecord exchange, int resends) {
        this.context = context;
        this.exchange = exchange;
        this.resends = resends;
    }

    /**
     * Begins the span of an attempt, which ends with its scope. It must begin before the record of the attempt, so that this is
     * complete when the span ends.
     *
     * @param scope of the attempt
     * @param resends how often the same request was sent before
     * @return null if the exchange is in no trace
     */
    public static @Nullable AttemptSpan begin(Exchange scope, int resends) {
        TraceContext parent = scope.record().trace();
        Traces traces = parent == null ? null : scope.get(Traces.class);
        if (parent == null || traces == null) {
            return null;
        }
        AttemptSpan span = new AttemptSpan(traces.attempt(parent), scope.record(), resends);
        if (traces.records(span.context)) {
            scope.onEnd(outcome -> traces.tell(span::ended));
        }
        return span;
    }

    /** What the upstream is told. */
    public TraceContext context() {
        return context;
    }

    /** The record of the attempt. */
    public void record(AttemptRecord begun) {
        record = begun;
    }

    /** The request that is sent. */
    public void sent(ProxyRequest request, Upstream upstream) {
        method = request.method();
        authority = request.target().form() == RequestTarget.Form.ORIGIN ? upstream.authority() : null;
        target = request.exchange().notes().shown(request.target());
    }

    /** The head of a response has come. */
    public void answered(HttpVersion spoken) {
        version = spoken;
    }

    private Span ended() {
        AttemptRecord attempt = Objects.requireNonNull(record);
        SpanText text = new SpanText();
        text.method(method);
        place(text);
        text.number("http.response.status_code", attempt.status() == 0 ? null : attempt.status());
        text.number("http.request.resend_count", resends == 0 ? null : resends);
        text.version(version);
        text.put("sluice.upstream", attempt.upstream());
        text.put("sluice.outcome", String.valueOf(attempt.outcome()));
        text.put("error.type", errorType(attempt));
        Throwable failure = attempt.failure();
        return text.span(
                text.methodName(),
                Span.Kind.CLIENT,
                context,
                exchange.beginAt().plusNanos(attempt.beginNanos() - exchange.beginNanos()),
                attempt.endNanos() - attempt.beginNanos(),
                failure == null ? null : failure.getMessage());
    }

    /** An attempt that was given up has not failed: another one answered, or nobody wanted the rest. */
    private static @Nullable String errorType(AttemptRecord attempt) {
        Outcome outcome = attempt.outcome();
        if (attempt.status() >= 400) {
            return String.valueOf(attempt.status());
        }
        return outcome == null || outcome == Outcome.COMPLETED || outcome == Outcome.ABANDONED ? null : outcome.name();
    }

    private void place(SpanText text) {
        RequestTarget sent = target;
        if (sent == null) {
            return;
        }
        Authority there = authority == null ? sent.authority() : authority;
        text.server(there, sent.scheme());
        if (there != null && sent.form() != RequestTarget.Form.AUTHORITY) {
            String path = sent.form() == RequestTarget.Form.ASTERISK
                    ? ""
                    : text.shown(sent).pathAndQuery();
            text.put("url.full", sent.scheme() + "://" + there + path);
        }
    }
}
