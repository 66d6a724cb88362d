/**
 * The algorithm of limits that follow latency: {@link dev.sluice.proxy.limit.adaptive.GradientLimit}, for routes and for the
 * members of pools. It knows no clock: each call says the time. Exported only to the balancer; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.limit.adaptive;

import org.jspecify.annotations.NullMarked;
