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

    /** The prefixes of {@code exchange}; empty ones if no route was taken. */
    public static PathPrefixes of(Exchange exchange) {
        PathPrefixes own = exchange.get(PathPrefixes.class);
        return own == null ? NONE : own;
    }
}
