/**
 * Probes of members. {@link dev.sluice.balancer.probe.HealthMonitor} is the entry point: one for each member of a pool with
 * a {@link dev.sluice.balancer.health.HealthCheck}. Not exported.
 *
 * <p>Threads: probes run as tasks of the time source, one at a time for each upstream.
 */
@NullMarked
package dev.sluice.balancer.probe;

import org.jspecify.annotations.NullMarked;
