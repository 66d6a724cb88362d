package dev.sluice.balancer.topology;

import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.balancer.eject.EjectionStage;
import dev.sluice.balancer.live.Draining;
import dev.sluice.balancer.live.Probing;
import dev.sluice.balancer.live.Warming;

/**
 * Is called for each stage that a part of a member enters, in order; within the transition, so it must only note it.
 */
public interface MemberEvents {
    /** What probes find. */
    void probed(String member, Probing.Stage stage, String reason);

    /** Whether it is out because of failures. */
    void ejection(String member, EjectionStage stage, String reason);

    /** What its breaker does. */
    void breaker(String member, CircuitBreaker.State stage, String reason);

    /** Whether it is drained. */
    void draining(String member, Draining.Stage stage, String reason);

    /** Whether its slow start is over. */
    void warming(String member, Warming.Stage stage, String reason);
}
