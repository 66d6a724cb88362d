package dev.sluice.proxy.route;

import org.jspecify.annotations.Nullable;

/**
 * How a table compares paths. A table that is the handler of a route also uses the rules of the outer table.
 *
 * @param normalizing whether a path that leads to different routes is normalised instead of refused
 * @param ignoreCase whether paths are compared without case
 */
record PathRules(boolean normalizing, boolean ignoreCase) {
    static final PathRules STRICT = new PathRules(false, false);

    /** Returns whether these are the default rules. */
    boolean strict() {
        return !normalizing && !ignoreCase;
    }

    PathRules and(@Nullable PathRules other) {
        return other == null || other.strict()
                ? this
                : new PathRules(normalizing || other.normalizing, ignoreCase || other.ignoreCase);
    }
}
