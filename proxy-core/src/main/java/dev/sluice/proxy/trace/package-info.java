/**
 * Traces: {@link dev.sluice.proxy.trace.Tracing} says whose trace is continued, which traces are recorded, and who gets the
 * {@link dev.sluice.proxy.trace.Span}s. What goes from server to server is a {@link dev.sluice.proxy.TraceContext}.
 */
@NullMarked
package dev.sluice.proxy.trace;

import org.jspecify.annotations.NullMarked;
