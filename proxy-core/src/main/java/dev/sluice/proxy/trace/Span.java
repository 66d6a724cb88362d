package dev.sluice.proxy.trace;

import dev.sluice.proxy.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work that has ended, with names and attributes of OpenTelemetry's semantic conventions for HTTP. Immutable.
 *
 * <p>An exchange is one span of kind SERVER, named by its method and its route. Each attempt at an upstream is one of kind
 * CLIENT below it: a retry, a hedge, and a question to another service too. What goes on beside an exchange, such as a cache's
 * refresh or a mirrored request, is one of kind INTERNAL below it, with its own attempts.
 *
 * <p>Beside {@code http.*}, {@code url.*}, {@code server.*}, {@code client.*}, {@code network.*}, {@code user_agent.original}
 * and {@code error.type}, there are {@code sluice.outcome}, {@code sluice.upstream}, {@code sluice.cache} and {@code
 * sluice.request_id}. The values of query parameters with secret names are {@code ***}, as in the access log.
 */
public final class Span {
    /** What kind of work it is. */
    public enum Kind {
        /** A request of a client is answered. */
        SERVER,
        /** A request is sent to an upstream. */
        CLIENT,
        /** Anything else, such as a cache's refresh. */
        INTERNAL
    }

    private final String name;
    private final Kind kind;
    private final TraceContext context;
    private final Instant beginAt;
    private final Duration duration;
    private final Map<String, Object> attributes;
    private final @Nullable String description;

    private Span(
            String name,
            Kind kind,
            TraceContext context,
            Instant beginAt,
            Duration duration,
            Map<String, Object> attributes,
            @Nullable String description) {
        this.name = name;
        this.kind = kind;
        this.context = context;
        this.beginAt = beginAt;
        this.duration = duration;
        this.attributes = attributes;
        this.description = description;
    }

    /**
     * A span that has not failed, without attributes.
     *
     * @param beginAt on the wall clock
     * @param duration on the monotonic one
     */
    public static Span of(String name, Kind kind, TraceContext context, Instant beginAt, Duration duration) {
        return new Span(name, kind, context, beginAt, duration, Map.of(), null);
    }

    /**
     * The same with these attributes instead of others.
     *
     * @param all their values are strings, and longs for numbers; with {@code error.type} the span has failed
     */
    public Span withAttributes(Map<String, ?> all) {
        Map<String, Object> sorted = Collections.unmodifiableMap(new TreeMap<>(all));
        return new Span(name, kind, context, beginAt, duration, sorted, description);
    }

    /** The same with a description of the failure. */
    public Span withDescription(String text) {
        return new Span(name, kind, context, beginAt, duration, attributes, text);
    }

    /** The name, of which there are few: {@code GET /users/{id}}. */
    public String name() {
        return name;
    }

    /** What kind of work it is. */
    public Kind kind() {
        return kind;
    }

    /** Its place in the trace: the id of the trace, its own, and that of its parent. */
    public TraceContext context() {
        return context;
    }

    /** When it began, on the wall clock. */
    public Instant beginAt() {
        return beginAt;
    }

    /** How long it took. */
    public Duration duration() {
        return duration;
    }

    /** Strings, and longs for numbers, by their names, in alphabetical order. */
    public Map<String, Object> attributes() {
        return attributes;
    }

    /**
     * Returns whether it has failed, as the conventions say: then it has an {@code error.type}. A status of 500 or above is a
     * failure, and for an attempt one of 400 or above too. An attempt that was given up for another one has not failed.
     */
    public boolean isFailed() {
        return attributes.containsKey("error.type");
    }

    /** What has failed, in words, if there is more to say than the status; or null. */
    public @Nullable String description() {
        return description;
    }

    /** Kind, name and ids. */
    @Override
    public String toString() {
        return kind + " " + name + " " + context + (context.parentId() == null ? "" : " in " + context.parentId());
    }
}
