/**
 * The one clock, which owns waiting. {@link dev.sluice.proxy.time.TimeSource} is the entry point: it tells the time,
 * runs what is scheduled, and is the only place where the library waits for something or starts a task. Every type here
 * is safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.time;

import org.jspecify.annotations.NullMarked;
