package dev.sluice.proxy.trace.span;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.Methods;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.syntax.SecretNames;
import dev.sluice.proxy.trace.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the attributes of a span, by the semantic conventions for HTTP. What is null is left out. For one thread. */
final class SpanText {
    private final Map<String, Object> attributes = new HashMap<>();

    SpanText put(String name, @Nullable String value) {
        if (value != null) {
            attributes.put(name, value);
        }
        return this;
    }

    SpanText number(String name, @Nullable Integer value) {
        if (value != null) {
            attributes.put(name, value.longValue());
        }
        return this;
    }

    /** The method, of which there are few. */
    SpanText method(@Nullable String method) {
        if (method != null && !Methods.isKnown(method)) {
            return put("http.request.method", "_OTHER").put("http.request.method_original", method);
        }
        return put("http.request.method", method);
    }

    /** The part of a span's name that the method is. */
    String methodName() {
        Object method = attributes.get("http.request.method");
        return method == null || method.equals("_OTHER") ? "HTTP" : (String) method;
    }

    /** The version, whose name is the default. */
    SpanText version(@Nullable HttpVersion version) {
        return put(
                "network.protocol.version",
                version == null ? null : version == HttpVersion.HTTP_2 ? "2" : version.number());
    }

    SpanText server(@Nullable Authority authority, String scheme) {
        if (authority == null) {
            return this;
        }
        return put("server.address", HostName.withoutBrackets(authority.host()))
                .number("server.port", authority.portOr(scheme));
    }

    /** The target without secrets in its query. */
    RequestTarget shown(RequestTarget target) {
        String query = target.query();
        return query == null ? target : target.withQuery(QueryNames.hidden(query, SecretNames::isParameter));
    }

    Span span(
            String name,
            Span.Kind kind,
            TraceContext context,
            Instant beginAt,
            long nanos,
            @Nullable String description) {
        Span span =
                Span.of(name, kind, context, beginAt, Duration.ofNanos(nanos)).withAttributes(attributes);
        return description == null || !span.isFailed() ? span : span.withDescription(description);
    }
}
