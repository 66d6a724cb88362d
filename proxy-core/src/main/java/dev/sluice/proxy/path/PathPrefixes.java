package dev.sluice.proxy.path;

import dev.sluice.proxy.Exchange;

/**
 * The change of a route at the start of the path, kept in the exchange, so that the origin can be told, and its paths
 * can be changed back. Immutable.
 *
 * @param stripped the removed prefix, such as {@code /api}; empty for none
 * @param added the prefix added before the rest; empty for none
 */
public record PathPrefixes(String stripped, String added) {
    private static final PathPrefixes NONE = new PathPrefixes("", "");

    /** Keeps the prefixes in {@code exchange}, instead of those that it has. */
    public static void put(Exchange exchange, String stripped, String added) {
        boolean none = stripped.isEmpty() && added.isEmpty();
        if (!none || exchange.get(PathPrefixes.class) != null) {
            exchange.put(PathPrefixes.class, none ? NONE : new PathPrefixes(stripped, added));
        }
    }

    /** The prefixes of {@code exchange}; empty ones if no route was taken. */
    public static PathPrefixes of(Exchange exchange) {
        PathPrefixes own = exchange.get(PathPrefixes.class);
        return own == null ? NONE : own;
    }
}
