package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.PoolSnapshot.Condition;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latest event of each kind of one member. Safe for use by many threads. */
final class MemberHistory {
    private final Map<Kind, PoolEvent> events = new EnumMap<>(Kind.class);
    private @Nullable PoolEvent latest;

    synchronized void add(PoolEvent event) {
        events.put(event.kind(), event);
        latest = event;
    }

    /** The event that has brought the member into this condition: another part of it may have changed since. */
    synchronized @Nullable PoolEvent reason(Condition condition) {
        Kind kind = switch (condition) {
            case UP, STARTING -> null;
            case DOWN -> Kind.DOWN;
            case EJECTED -> Kind.EJECTED;
            case ON_TRIAL -> Kind.ON_TRIAL;
            case OPEN -> Kind.BREAKER_OPEN;
            case DRAINING -> Kind.DRAINING;
            case DRAINED -> Kind.DRAINED;
        };
        PoolEvent reason = kind == null ? null : events.get(kind);
        return reason == null ? latest : reason;
    }
}
