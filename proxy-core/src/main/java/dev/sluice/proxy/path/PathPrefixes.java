package dev.sluice.proxy.path;

import dev.sluice.proxy.Exchange;

/**
 * What a route has changed at the beginning of the path, kept in the exchange: so that the origin can be told, and
 * what it says about paths can be turned back. Immutable.
 *
 * @param stripped what was taken off, such as {@code /api}; empty for nothing
 * @param added what was put before the rest; empty for nothing
 */
public record PathPrefixes(String stripped, String added) {
    private static final PathPrefixes NONE = new PathPrefixes("", "");

    /** What holds in {@code exchange}; empty ones where no route was taken. */
    public static PathPrefixes of(Exchange exchange) {
        PathPrefixes own = exchange.get(PathPrefixes.class);
        return own == null ? NONE : own;
    }
}
