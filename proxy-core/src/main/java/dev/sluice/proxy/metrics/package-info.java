/**
 * Numbers for a dashboard. {@link dev.sluice.proxy.metrics.ExchangeMetrics} counts exchanges and attempts, {@link
 * dev.sluice.proxy.metrics.ConnectionMetrics} connections to origins, {@link dev.sluice.proxy.metrics.ListenerMetrics} those of
 * clients, and {@link dev.sluice.proxy.metrics.LimitMetrics} what limits refuse. They write into {@link
 * dev.sluice.proxy.metrics.Metrics}: a {@link dev.sluice.proxy.metrics.MetricsRegistry}, which {@link
 * dev.sluice.proxy.metrics.MetricsHandler} shows to Prometheus, or an adapter of your own. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.metrics;

import org.jspecify.annotations.NullMarked;
