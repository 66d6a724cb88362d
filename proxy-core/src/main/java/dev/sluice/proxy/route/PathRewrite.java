package dev.sluice.proxy.route;

import dev.sluice.proxy.path.RoutingPath;

/**
 * How a route changes the path.
 *
 * @param strippedSegments how many segments are taken off at the beginning; every path that the route matches has them
 * @param addedPrefix what is then put before; in normal form, empty for nothing
 */
record PathRewrite(int strippedSegments, String addedPrefix) {
    /** What is taken off {@code path}, in normal form; empty for nothing. */
    String stripped(RoutingPath path) {
        return path.reading().substring(0, endOfStripped(path.reading()));
    }

    /** The path to send on. What follows the prefix stays as it was received, byte for byte. */
    String apply(RoutingPath path) {
        // What goes out has the same segments as what was matched, so counting finds the same place.
        String outgoing = path.outgoing();
        if (!outgoing.startsWith("/")) {
            return outgoing;
        }
        String changed = addedPrefix + outgoing.substring(endOfStripped(outgoing));
        return changed.isEmpty() ? "/" : changed;
    }

    private int endOfStripped(String path) {
        int end = 0;
        for (int i = 0; i < strippedSegments; i++) {
            end = PathPattern.endOfSegment(path, end + 1);
        }
        return end;
    }
}
