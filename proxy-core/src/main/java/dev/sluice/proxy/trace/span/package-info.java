/**
 * The spans of a server: {@link dev.sluice.proxy.trace.span.Traces} begins that of an exchange, and {@link
 * dev.sluice.proxy.trace.span.AttemptSpan} is that of an attempt. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.trace.span;

import org.jspecify.annotations.NullMarked;
