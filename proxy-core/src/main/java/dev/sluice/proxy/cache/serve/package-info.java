/**
 * How a cache answers requests, {@link dev.sluice.proxy.cache.serve.CacheService} first. A {@code Fill} gets one response
 * and stores it, beside the clients that wait for it, on a thread of its own; all rules of HTTP are in {@code cache.rule}.
 */
@NullMarked
package dev.sluice.proxy.cache.serve;

import org.jspecify.annotations.NullMarked;
