package dev.sluice.balancer.tier;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Require;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pool does when too few of its members are well. Health is a guess, and when it says that nearly all are down it
 * is the guess that is wrong, or the few that are left will be crushed next. Immutable.
 *
 * @param action what is done
 * @param threshold the part of the weight that must be in use for there to be no panic: 0 for a panic only when no member
 *     is left at all
 * @param fallback what answers instead of the members, for {@link Action#FALLBACK}, else null
 */
public record PanicPolicy(
        Action action, double threshold, @Nullable Upstream fallback) {
    /** Uses all members when none is left that is well. */
    public static final PanicPolicy DEFAULT = useAll(0);

    /** What is done in a panic. */
    public enum Action {
        /** All members are used, as if all were well; when none is left for a request, even those that were out. */
        USE_ALL,
        /** Members that are not well are never used: requests fail at once with NO_UPSTREAM. */
        FAIL_FAST,
        /** Something else answers. */
        FALLBACK
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the threshold is out of range, or there is a fallback without its action or the
     *     other way round; the message has the value
     */
    public PanicPolicy {
        Require.within("panic threshold", 0, 1, threshold);
        if ((action == Action.FALLBACK) != (fallback != null)) {
            throw new IllegalArgumentException("panic action " + action + " does not go with fallback " + fallback);
        }
    }

    /**
     * Uses all members when less than this part of their weight is in use; Envoy's {@code healthy_panic_threshold}, where
     * it is 0.5.
     */
    public static PanicPolicy useAll(double threshold) {
        return new PanicPolicy(Action.USE_ALL, threshold, null);
    }

    /** Fails requests at once when less than this part is in use; with 0 when none is. */
    public static PanicPolicy failFast(double threshold) {
        return new PanicPolicy(Action.FAIL_FAST, threshold, null);
    }

    /**
     * Has something else answer when less than this part is in use; with 0 when none is.
     *
     * @param handler what answers, such as a page that says sorry, or a cache
     */
    public static PanicPolicy fallback(double threshold, ProxyHandler handler) {
        return new PanicPolicy(
                Action.FALLBACK, threshold, Upstream.of("fallback", Objects.requireNonNull(handler, "fallback")));
    }
}
