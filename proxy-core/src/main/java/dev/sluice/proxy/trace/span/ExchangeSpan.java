package dev.sluice.proxy.trace.span;

import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.trace.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The span of an exchange that has ended. Pure functions. */
final class ExchangeSpan {
    private ExchangeSpan() {}

    static Span of(ExchangeRecord record, TraceContext context) {
        SpanText text = new SpanText();
        text.put("sluice.outcome", String.valueOf(record.outcome()));
        text.put("error.type", errorType(record));
        String name = record.isClients() ? ofClient(record, text) : record.purpose();
        ProxyException failure = record.failure();
        return text.span(
                name,
                record.isClients() ? Span.Kind.SERVER : Span.Kind.INTERNAL,
                context,
                record.beginAt(),
                record.endNanos() - record.beginNanos(),
                failure == null ? null : failure.getMessage());
    }

    /** Returns its name. */
    private static String ofClient(ExchangeRecord record, SpanText text) {
        peers(record, text);
        request(record, text);
        CacheUse cache = record.cache();
        text.number("http.response.status_code", record.status() == 0 ? null : record.status());
        text.put("http.route", record.route());
        text.put("sluice.cache", cache == null ? null : cache.summary());
        text.put("sluice.request_id", record.requestId());
        return text.methodName() + (record.route() == null ? "" : ' ' + record.route());
    }

    private static void peers(ExchangeRecord record, SpanText text) {
        InetSocketAddress peer = record.client().address();
        ForwardedClient client = record.forwardedClient();
        text.put("network.peer.address", literal(peer.getAddress()));
        text.number("network.peer.port", peer.getPort());
        text.put("client.address", literal(client.address()));
        text.server(client.authority(), client.scheme());
    }

    private static void request(ExchangeRecord record, SpanText text) {
        RequestRecord request = record.request();
        if (request == null) {
            return;
        }
        RequestTarget target = text.shown(request.target());
        text.method(request.method());
        text.version(request.version());
        text.put("url.scheme", record.forwardedClient().scheme());
        text.put("url.path", target.path().isEmpty() ? null : target.path());
        text.put("url.query", target.query());
        text.put("user_agent.original", request.headers().first("User-Agent").orElse(null));
    }

    private static @Nullable String literal(@Nullable InetAddress address) {
        return address == null ? null : IpLiteral.format(address);
    }

    /** A status below 500 that was delivered is no failure of this server, by the conventions. */
    private static @Nullable String errorType(ExchangeRecord record) {
        Outcome outcome = record.outcome();
        int status = record.status();
        if (status >= 500 && record.failure() == null) {
            return String.valueOf(status);
        }
        boolean refused = status >= 400 && status < 500 && record.failure() != null;
        return refused || outcome == null || outcome == Outcome.COMPLETED ? null : outcome.name();
    }
}
