package dev.sluice.proxy.trace.span;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.scope.ListenerQueue;
import dev.sluice.proxy.scope.OwnFields;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.trace.Span;
import dev.sluice.proxy.trace.SpanListener;
import dev.sluice.proxy.trace.Tracing;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traces of a server: gives each exchange its context, and listeners their spans. An attribute of exchanges. What users give
 * it may fail without any other effect: then an exchange has no context, or is not recorded.
 */
public final class Traces implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    private static final FieldSet FIELDS = FieldSet.of(TraceContext.PARENT_FIELD, TraceContext.STATE_FIELD);
    private static final int WAITING_SPANS = 10_000;
    private static final int LOG_LINES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Tracing tracing;
    private final TimeSource time;
    private final Predicate<InetAddress> trusted;
    private final List<Told> listeners;
    private final LogLimit faults;

    /**
     * The traces of a server.
     *
     * @param trusted whether the server trusts a peer
     */
    public Traces(Tracing tracing, TimeSource time, Predicate<InetAddress> trusted) {
        this.tracing = tracing;
        this.time = time;
        this.trusted = trusted;
        this.listeners = tracing.listeners().stream()
                .map(listener -> new Told(listener, new ListenerQueue("a listener of spans", WAITING_SPANS)))
                .toList();
        this.faults = new LogLimit(LOG_LINES, time::nanos);
    }

    private record Told(SpanListener listener, ListenerQueue queue) {}

    /**
     * Gives an exchange of a client its context, unless it has one.
     *
     * @param request null if it could not be read
     */
    public void begin(Exchange exchange, @Nullable ProxyRequest request) {
        if (exchange.record().trace() != null) {
            return;
        }
        try {
            RandomGenerator random = tracing.random();
            TraceContext parent = request == null || !believes(exchange) ? null : TraceContext.read(request.headers());
            TraceContext context = parent == null ? TraceContext.begin(random) : parent.child(random);
            put(exchange, context.withSampled(samples(context, parent, request)));
        } catch (RuntimeException | Error fault) {
            failed("the source of trace ids failed, an exchange has none", fault);
        }
        if (request != null) {
            OwnFields.add(request, FIELDS);
        }
    }

    private boolean believes(Exchange exchange) {
        InetAddress peer = exchange.client().address().getAddress();
        return !tracing.trustedOnly() || (peer != null && trusted.test(peer));
    }

    private boolean samples(TraceContext context, @Nullable TraceContext parent, @Nullable ProxyRequest request) {
        try {
            return tracing.sampler().samples(context, parent, request);
        } catch (RuntimeException | Error fault) {
            failed("a sampler failed, a trace is not recorded", fault);
            return false;
        }
    }

    /** Gives an exchange that goes on beside another one its context, below that of the other one. */
    public void beginBeside(Exchange exchange) {
        TraceContext parent = exchange.record().isClients() ? null : exchange.get(TraceContext.class);
        if (parent != null) {
            try {
                put(exchange, parent.child(tracing.random()));
            } catch (RuntimeException | Error fault) {
                failed("the source of trace ids failed, an exchange has none", fault);
            }
        }
    }

    private static void put(Exchange exchange, TraceContext context) {
        exchange.put(TraceContext.class, context);
        exchange.notes().trace(context);
    }

    private void failed(String what, Throwable fault) {
        faults.happened(times -> LOG.error("{}{}", what, LogLimit.others(times), fault));
    }

    @Override
    public void ended(ExchangeRecord record) {
        TraceContext context = record.trace();
        if (context != null && records(context)) {
            tell(() -> ExchangeSpan.of(record, context));
        }
    }

    /** Returns whether anybody wants the spans of a trace. */
    boolean records(TraceContext context) {
        return context.isSampled() && !listeners.isEmpty();
    }

    /** The context of an attempt below a context. */
    TraceContext attempt(TraceContext parent) {
        try {
            return parent.child(tracing.random());
        } catch (RuntimeException | Error fault) {
            failed("the source of trace ids failed, an attempt has that of its exchange", fault);
            return parent;
        }
    }

    /** Waits until the listeners have been told of all spans so far, for 5 s at most; not if the thread is interrupted. */
    public void flush() {
        long end = time.deadline(PATIENCE);
        try {
            for (Told told : listeners) {
                time.await(told.queue().idle(), end);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells the listeners of a span, which is made where they are called. */
    void tell(Supplier<Span> ended) {
        for (Told told : listeners) {
            told.queue().add(time, () -> told.listener().ended(ended.get()));
        }
    }
}
