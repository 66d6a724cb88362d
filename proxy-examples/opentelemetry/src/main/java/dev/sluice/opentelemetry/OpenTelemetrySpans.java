package dev.sluice.opentelemetry;

import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.trace.Span;
import dev.sluice.proxy.trace.SpanListener;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives the proxy's spans to OpenTelemetry's SDK, with their own ids and times, such as to a {@code BatchSpanProcessor} with
 * an exporter. The proxy decides what is recorded, so the SDK records all that it gets. {@code close} exports what is left.
 */
public final class OpenTelemetrySpans implements SpanListener, AutoCloseable {
    private final GivenIds ids = new GivenIds();
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /**
     * @param resource what the service is, such as its {@code service.name}
     */
    public OpenTelemetrySpans(SpanProcessor processor, Resource resource) {
        provider = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.alwaysOn())
                .setIdGenerator(ids)
                .addSpanProcessor(processor)
                .build();
        tracer = provider.get("dev.sluice.proxy");
    }

    @Override
    public void ended(Span span) {
        ids.next = span.context();
        io.opentelemetry.api.trace.Span made = tracer.spanBuilder(span.name())
                .setSpanKind(SpanKind.valueOf(span.kind().name()))
                .setParent(parent(span))
                .setAllAttributes(attributes(span))
                .setStartTimestamp(span.beginAt())
                .startSpan();
        if (span.isFailed()) {
            made.setStatus(StatusCode.ERROR, Objects.requireNonNullElse(span.description(), ""));
        }
        made.end(span.beginAt().plus(span.duration()));
    }

    private static Context parent(Span span) {
        TraceContext context = span.context();
        String id = context.parentId();
        if (id == null) {
            return Context.root();
        }
        TraceFlags flags = TraceFlags.fromHex(context.parent(), 53);
        SpanContext parent = span.kind() == Span.Kind.SERVER
                ? SpanContext.createFromRemoteParent(context.traceId(), id, flags, state(context.state()))
                : SpanContext.create(context.traceId(), id, flags, state(context.state()));
        return Context.root().with(io.opentelemetry.api.trace.Span.wrap(parent));
    }

    private static TraceState state(String text) {
        TraceStateBuilder state = TraceState.builder();
        String[] members = text.isEmpty() ? new String[0] : text.split(",");
        for (int i = members.length - 1; i >= 0; i--) {
            int equals = members[i].indexOf('=');
            state.put(members[i].substring(0, equals), members[i].substring(equals + 1));
        }
        return state.build();
    }

    private static Attributes attributes(Span span) {
        AttributesBuilder all = Attributes.builder();
        span.attributes().forEach((name, value) -> {
            if (value instanceof Long number) {
                all.put(name, number);
            } else {
                all.put(name, (String) value);
            }
        });
        return all.build();
    }

    @Override
    public void close() {
        provider.close();
    }

    /** The ids of the span that is made: the proxy calls a listener for one span at a time. */
    private static final class GivenIds implements IdGenerator {
        private @Nullable TraceContext next;

        @Override
        public String generateSpanId() {
            return Objects.requireNonNull(next).spanId();
        }

        @Override
        public String generateTraceId() {
            return Objects.requireNonNull(next).traceId();
        }
    }
}
