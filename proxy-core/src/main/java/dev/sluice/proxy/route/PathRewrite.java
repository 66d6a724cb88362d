package dev.sluice.proxy.route;

import dev.sluice.proxy.path.PathSegment;
import dev.sluice.proxy.path.RoutingPath;

/**
 * How a route changes the path.
 *
 * @param strippedSegments how many segments are removed at the start; every path that the route matches has them
 * @param addedPrefix the prefix that is then added; in normal form, empty for none
 */
record PathRewrite(int strippedSegments, String addedPrefix) {
    /** The prefix that is removed from {@code path}, in normal form; empty for none. */
    String stripped(RoutingPath path) {
        return path.reading().substring(0, endOfStripped(path.reading()));
    }

    /** The path to send on. The rest after the prefix stays as it was received, byte for byte. */
    String apply(RoutingPath path) {
        // The outgoing path has the same segments as the matched one, so counting finds the same place.
        String outgoing = path.outgoing();
        boolean unchanged = strippedSegments == 0 && addedPrefix.isEmpty();
        if (unchanged || !outgoing.startsWith("/")) {
            return outgoing;
        }
        String changed = addedPrefix + outgoing.substring(endOfStripped(outgoing));
        return changed.isEmpty() ? "/" : changed;
    }

    private int endOfStripped(String path) {
        int end = 0;
        for (int i = 0; i < strippedSegments; i++) {
            end = PathSegment.end(path, end + 1);
        }
        return end;
    }
}
