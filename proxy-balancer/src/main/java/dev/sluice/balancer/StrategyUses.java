package dev.sluice.balancer;

import dev.sluice.balancer.topology.PoolState;
import dev.sluice.proxy.spi.LoadBalancer;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which open pool uses which strategy: one that was given to two of them would mix what it knows of the members of both.
 * Holds nobody: a pool that is forgotten without being closed gives its strategy free. Safe for use by many threads.
 */
final class StrategyUses {
    private static final List<Use> USES = new ArrayList<>();

    private StrategyUses() {}

    private record Use(WeakReference<LoadBalancer> strategy, WeakReference<PoolState> pool) {
        boolean over() {
            PoolState user = pool.get();
            return strategy.get() == null || user == null || user.closed();
        }
    }

    /**
     * The pool uses this strategy until it is closed.
     *
     * @throws IllegalArgumentException if another one does
     */
    static void claim(LoadBalancer strategy, PoolState pool) {
        synchronized (USES) {
            USES.removeIf(Use::over);
            PoolState other = user(strategy);
            if (other != null) {
                throw new IllegalArgumentException("strategy \"" + strategy + "\" is that of pool \""
                        + other.settings().name() + "\" already, and cannot be that of pool \""
                        + pool.settings().name() + "\" too: give each pool one of its own");
            }
            USES.add(new Use(new WeakReference<>(strategy), new WeakReference<>(pool)));
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private static @Nullable PoolState user(LoadBalancer strategy) {
        if (hasNoState(strategy)) {
            return null;
        }
        for (Use use : USES) {
            if (use.strategy.get() == strategy) {
                return use.pool.get();
            }
        }
        return null;
    }

    /**
     * The language makes one object of an enum's constant, or of a lambda that captures nothing, however often it is
     * asked for. What a lambda captures is in fields of its class.
     */
    private static boolean hasNoState(LoadBalancer strategy) {
        Class<?> type = strategy.getClass();
        return strategy instanceof Enum || (type.isHidden() && type.getDeclaredFields().length == 0);
    }
}
