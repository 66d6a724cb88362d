/**
 * Copies of requests for another upstream: {@link dev.sluice.proxy.mirror.Mirror}, a filter for a server or a route. Safe for
 * use by many threads.
 */
@NullMarked
package dev.sluice.proxy.mirror;

import org.jspecify.annotations.NullMarked;
