package dev.sluice.proxy.route;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.RequestTarget;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The match of a request, kept in its exchange for the route's filters and handler. If a table of routes is the handler
 * of a route, it is the inner route's match, and prefixes and original target are those of both together. Immutable.
 *
 * @param route the route that was taken
 * @param variables the values of the path's variables, in normal form: they keep their percent-encoding, so a value can
 *     be put into a path as it is
 * @param strippedPrefix the prefix that the route removed, such as {@code /api}; empty for none
 * @param addedPrefix the prefix that the route added; empty for none
 * @param original the target as it was received
 * @param rewritten the target as the route's filters get it
 */
public record RouteMatch(
        Route route,
        Map<String, String> variables,
        String strippedPrefix,
        String addedPrefix,
        RequestTarget original,
        RequestTarget rewritten) {
    /** Copies the variables. */
    public RouteMatch {
        variables = Map.copyOf(variables);
    }

    /** The match in {@code exchange}, or null if no route was taken. */
    public static @Nullable RouteMatch of(Exchange exchange) {
        return exchange.get(RouteMatch.class);
    }

    /**
     * The value of a variable of the path.
     *
     * @throws IllegalArgumentException if the route's path has no such variable; the message names it
     */
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("route " + route.name() + " has no path variable \"" + name + "\"");
        }
        return value;
    }

    /**
     * Returns whether this is a match in a table within the route of the other match. A filter may send a request through a
     * table twice: only a target that the outer route has rewritten is within it.
     */
    boolean isWithin(RouteMatch outer) {
        return outer.rewritten.path().equals(original.path());
    }

    /** This match as the client sees it, when {@code outer} made the request that it matched. */
    RouteMatch within(@Nullable RouteMatch outer) {
        if (outer == null || !isWithin(outer)) {
            return this;
        }
        Map<String, String> all = new HashMap<>(outer.variables);
        all.putAll(variables);
        // Both prefixes begin the same path, so the longer one begins with the shorter.
        boolean stripsMore = strippedPrefix.length() >= outer.addedPrefix.length();
        String stripped = stripsMore
                ? outer.strippedPrefix + strippedPrefix.substring(outer.addedPrefix.length())
                : outer.strippedPrefix;
        String added = stripsMore ? addedPrefix : addedPrefix + outer.addedPrefix.substring(strippedPrefix.length());
        return new RouteMatch(route, all, stripped, added, outer.original, rewritten);
    }
}
