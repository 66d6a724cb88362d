package dev.sluice.proxy.server;

import dev.sluice.proxy.route.Routes;
import org.slf4j.Logger;

/** Logs mistakes in a table of routes. */
final class RouteWarnings {
    private RouteWarnings() {}

    /**
     * One line for each fault.
     *
     * @param forwards whether there is a forward proxy beside the routes, which needs none
     */
    static void log(Logger log, Routes table, boolean forwards) {
        if (table.routes().isEmpty() && !forwards) {
            log.warn("there is no route: every request that no filter answers gets 404");
        }
        table.unreachable().forEach(log::warn);
    }
}
