package dev.sluice.balancer.tier;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Require;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pool does when too few of its members are well. Health is a guess. If it says that nearly all are down, then
 * the guess is wrong, or the few that are left will soon be overloaded. Immutable.
 *
 * @param action what is done
 * @param threshold the part of the weight below which there is a panic: with 0 there is one only if no member is left
 * @param fallback what answers instead of the members, for {@link Action#FALLBACK}, else null
 */
public record PanicPolicy(
        Action action, double threshold, @Nullable Upstream fallback) {
    /** Uses all members if none that is well is left. */
    public static final PanicPolicy DEFAULT = useAll(0);

    /** What is done in a panic. */
    public enum Action {
        /** All members are used as if all were well, even those that were out. */
        USE_ALL,
        /** Members that are not well are never used: requests fail at once with NO_UPSTREAM. */
        FAIL_FAST,
        /** Something else answers. */
        FALLBACK
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the threshold is out of range, or only one of fallback and its action is
     *     given; the message has the value
     */
    public PanicPolicy {
        Require.within("panic threshold", 0, 1, threshold);
        if ((action == Action.FALLBACK) != (fallback != null)) {
            throw new IllegalArgumentException("panic action " + action + " does not go with fallback " + fallback);
        }
    }

    /**
     * Uses all members if less than this part of their weight is in use; in Envoy, {@code healthy_panic_threshold} with
     * 0.5.
     */
    public static PanicPolicy useAll(double threshold) {
        return new PanicPolicy(Action.USE_ALL, threshold, null);
    }

    /** Fails requests at once if less than this part is in use; with 0, if none is. */
    public static PanicPolicy failFast(double threshold) {
        return new PanicPolicy(Action.FAIL_FAST, threshold, null);
    }

    /**
     * Lets something else answer if less than this part is in use; with 0, if none is.
     *
     * @param handler what answers, such as a page that says sorry, or a cache
     */
    public static PanicPolicy fallback(double threshold, ProxyHandler handler) {
        return new PanicPolicy(
                Action.FALLBACK, threshold, Upstream.of("fallback", Objects.requireNonNull(handler, "fallback")));
    }
}
