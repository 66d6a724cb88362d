/**
 * The one clock, which owns waiting. {@link dev.sluice.proxy.time.TimeSource} is the entry point: it tells the time,
 * runs scheduled tasks, and is the only place where the library waits or starts a task. Every type here is safe for use
 * by many threads.
 */
@NullMarked
package dev.sluice.proxy.time;

import org.jspecify.annotations.NullMarked;
