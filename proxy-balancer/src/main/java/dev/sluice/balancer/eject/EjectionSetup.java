package dev.sluice.balancer.eject;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.live.StageListener;
import dev.sluice.balancer.live.Transitions;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What the ejections of a pool's members have in common.
 *
 * @param parks whether requests wait when no member is well
 * @param backoff how long a member is out while such requests wait for it
 */
public record EjectionSetup(
        EjectionPolicy policy,
        boolean parks,
        Supplier<Duration> backoff,
        TimeSource time,
        Transitions transitions,
        Peers peers,
        ErringMembers erring,
        StageListener<EjectionStage> told) {}
