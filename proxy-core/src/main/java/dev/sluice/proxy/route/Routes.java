package dev.sluice.proxy.route;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RoutingPath;
import dev.sluice.proxy.header.PathPrefixes;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * A table of routes: a request goes to the first that matches. They are tried by {@link Route#order()}, lower first,
 * and those with the same order as they were declared; how specific a path is does not count. What no route matches is
 * refused: 404. A path that servers may take for different ones is refused before any route is tried, see {@link
 * RoutingPath}: 400.
 *
 * <p>Immutable, and safe for use by many threads. To change routes while they are in use, put another table in the
 * place of this one: a request that has begun stays with the table it began with.
 */
public final class Routes implements ProxyHandler {
    private final List<Route> routes;

    private Routes(List<Route> routes) {
        this.routes = routes;
    }

    /** A table of these routes. */
    public static Routes of(Route... routes) {
        return of(List.of(routes));
    }

    /** A table of these routes. */
    public static Routes of(List<Route> routes) {
        return new Routes(
                routes.stream().sorted(Comparator.comparingInt(Route::order)).toList());
    }

    /** The routes as they are tried. */
    public List<Route> routes() {
        return routes;
    }

    /**
     * Answers by the first route that matches. Its {@link RouteMatch}, and its timeouts if it has any, are put into
     * the exchange.
     *
     * @throws ProxyException if no route matches, NO_ROUTE; if the path is ambiguous, BAD_REQUEST; or what the route
     *     throws
     */
    @Override
    public ProxyResponse handle(ProxyRequest request) throws IOException, InterruptedException {
        RoutingPath path = RoutingPath.of(request.target().path());
        for (Route route : routes) {
            RouteMatch match = route.match(request, path);
            if (match != null) {
                return serve(request, match);
            }
        }
        throw ProxyException.refused(Outcome.NO_ROUTE, "no route for this request");
    }

    private static ProxyResponse serve(ProxyRequest request, RouteMatch match)
            throws IOException, InterruptedException {
        Route route = match.route();
        Exchange exchange = request.exchange();
        exchange.record().route(route.name());
        RouteMatch whole = match.within(RouteMatch.of(exchange));
        exchange.put(RouteMatch.class, whole);
        exchange.put(PathPrefixes.class, new PathPrefixes(whole.strippedPrefix(), whole.addedPrefix()));
        ProxyRequest allowed = withAllowedUpgrade(request, route);
        ProxyRequest routed = match.rewritten().equals(allowed.target())
                ? allowed
                : allowed.toBuilder().target(match.rewritten()).build();
        Timeouts timeouts = route.timeouts();
        if (timeouts != null) {
            exchange.put(Timeouts.class, timeouts);
            exchange.deadline(deadlineNanos(exchange, timeouts), Outcome.TOTAL_TIMEOUT);
        }
        return route.chain().handle(routed);
    }

    /** The total counts from the exchange's beginning, not from here. */
    private static long deadlineNanos(Exchange exchange, Timeouts timeouts) {
        long fromNow = exchange.time().deadline(timeouts.total());
        long passed = exchange.time().nanos() - exchange.record().beginNanos();
        return fromNow == TimeSource.NEVER ? TimeSource.NEVER : fromNow - passed;
    }

    private static ProxyRequest withAllowedUpgrade(ProxyRequest request, Route route) {
        String protocol = request.upgrade();
        if (protocol == null || route.allowsUpgrade(protocol)) {
            return request;
        }
        request.exchange()
                .record()
                .note(() ->
                        "upgrade: to " + protocol + " is not allowed by route " + route.name() + ", went on without");
        // RFC 9110 §7.8: a server may ignore Upgrade and go on with the protocol that is spoken.
        return request.toBuilder().upgrade(null).build();
    }
}
