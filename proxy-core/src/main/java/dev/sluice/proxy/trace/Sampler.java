package dev.sluice.proxy.trace;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * Decides which traces are recorded: once for each request of a client, before its spans begin. What it throws is logged, and
 * the trace is not recorded. Called from many threads at once; must not block.
 */
@FunctionalInterface
public interface Sampler {
    /** Records all. */
    Sampler ALWAYS = (context, parent, request) -> true;

    /** Records none; each request still has its ids. */
    Sampler NEVER = (context, parent, request) -> false;

    /**
     * Returns whether the trace is recorded.
     *
     * @param context of this request, whose trace id is that of the parent or new
     * @param parent what the client has sent; null if it sent nothing, or nothing that is believed
     * @param request the client's; null if it could not be read
     */
    boolean samples(TraceContext context, @Nullable TraceContext parent, @Nullable ProxyRequest request);

    /** As the parent says; where there is none, as {@code others} decides. */
    static Sampler byParent(Sampler others) {
        return (context, parent, request) ->
                parent == null ? others.samples(context, null, request) : parent.isSampled();
    }

    /**
     * A share of the traces, by their ids: so each server with this rule records the same ones, and one with a higher rate
     * records these too. It is that of OpenTelemetry's consistent probability sampling, which looks at the last seven bytes.
     *
     * @param rate from 0 to 1
     * @throws IllegalArgumentException if it is not; the message has it
     */
    static Sampler rate(double rate) {
        double all = 1L << 56;
        double refused = all - Require.within("rate", 0, 1, rate) * all;
        return (context, parent, request) ->
                Long.parseUnsignedLong(context.traceId().substring(18), 16) >= refused;
    }
}
