package dev.sluice.balancer;

import dev.sluice.balancer.topology.PoolState;
import dev.sluice.proxy.spi.LoadBalancer;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which open pool uses which strategy: a strategy in two pools would mix what it knows of both. Holds no pool in
 * memory: one that is forgotten without being closed frees its strategy. Safe for use by many threads.
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
                throw new IllegalArgumentException("strategy \"" + strategy + "\" is already used by pool \""
                        + other.settings().name() + "\" and cannot also be used by pool \""
                        + pool.settings().name() + "\": give each pool its own strategy");
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
     * An enum constant, or a lambda that captures nothing, is always the same object. The values that a lambda captures
     * are in fields of its class.
     */
    private static boolean hasNoState(LoadBalancer strategy) {
        Class<?> type = strategy.getClass();
        return strategy instanceof Enum || (type.isHidden() && type.getDeclaredFields().length == 0);
    }
}
