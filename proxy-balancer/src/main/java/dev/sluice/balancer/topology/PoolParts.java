package dev.sluice.balancer.topology;

import dev.sluice.balancer.eject.EjectionSetup;
import dev.sluice.balancer.live.AttemptListener;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.live.Transitions;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the members of a pool share.
 *
 * @param inFlight counts the attempts of all members
 * @param ejections what their ejections have in common
 * @param events receives their stages
 * @param closings closes their upstreams
 * @param room calls requests that wait, if there is room
 * @param listeners called for each attempt, after the member's own parts
 */
public record PoolParts(
        PoolSettings settings,
        Transitions transitions,
        LongAdder inFlight,
        EjectionSetup ejections,
        MemberEvents events,
        Closings closings,
        Runnable room,
        List<AttemptListener> listeners) {
    /** Copies the list. */
    public PoolParts {
        listeners = List.copyOf(listeners);
    }
}
