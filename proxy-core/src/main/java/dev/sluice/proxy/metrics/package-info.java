/**
 * Numbers for a dashboard. {@link dev.sluice.proxy.metrics.ExchangeMetrics} counts exchanges and attempts, and {@link
 * dev.sluice.proxy.metrics.ConnectionMetrics} connections to origins. They write into {@link
 * dev.sluice.proxy.metrics.Metrics}: a {@link dev.sluice.proxy.metrics.MetricsRegistry}, which {@link
 * dev.sluice.proxy.metrics.MetricsHandler} shows to Prometheus, or an adapter of your own. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.metrics;

import org.jspecify.annotations.NullMarked;
