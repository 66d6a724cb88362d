package dev.sluice.proxy.trace;

/**
 * Gets the spans of the traces that are recorded, such as to give them to OpenTelemetry. A listener may block: it is called on
 * a task of its own, one span after the other, and delays nobody. If it is so slow that more than 10,000 spans wait, the
 * oldest are dropped, and the log says so. A server that closes waits until it has been told of all, for 5 s at most, and
 * then closes what belongs to it ({@code addCloseable}). What it throws is logged.
 */
@FunctionalInterface
public interface SpanListener {
    /** A span has ended. A parent may end after its children, or before them, if they go on without it. */
    void ended(Span span);
}
