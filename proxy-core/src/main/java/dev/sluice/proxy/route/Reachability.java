package dev.sluice.proxy.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which routes of a table no request reaches. Pure functions. */
final class Reachability {
    private Reachability() {}

    /** Refuses a route with exactly the conditions of an earlier one. */
    static void requireNoneRepeated(List<Route> ordered) {
        Map<RouteConditions, Route> seen = new HashMap<>();
        for (Route route : ordered) {
            Route before = seen.putIfAbsent(route.conditions(), route);
            if (before != null) {
                throw new IllegalArgumentException(
                        "route \"" + route.name() + "\" has exactly the conditions of route \"" + before.name()
                                + "\", which is tried before it: so it would never be taken");
            }
        }
    }

    /** One sentence for each route that an earlier one covers. */
    static List<String> unreachable(List<Route> ordered) {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            Route route = ordered.get(i);
            for (int before = 0; before < i; before++) {
                if (ordered.get(before).conditions().cover(route.conditions())) {
                    sentences.add("route \"" + route.name() + "\" is never taken: route \""
                            + ordered.get(before).name() + "\" is tried before it and takes all that it would");
                    break;
                }
            }
        }
        return sentences;
    }
}
