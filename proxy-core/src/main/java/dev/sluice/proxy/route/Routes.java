package dev.sluice.proxy.route;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.rule.Grpc;
import dev.sluice.proxy.header.rule.PassedTrailers;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.path.PathPrefixes;
import dev.sluice.proxy.path.RoutingPath;
import dev.sluice.proxy.scope.BodyLimit;
import dev.sluice.proxy.scope.PageFilters;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of routes: a request goes to the first that matches. They are tried by {@link Route#order()}, lower first,
 * and within the same order as they were declared. It does not matter how specific a path is. If no route matches, the
 * answer is 404.
 *
 * <p>A route that guards a path, such as {@code /admin/**}, must also catch other spellings of it, which the server
 * behind another route might read as the same path. So a path is looked up in each of its {@linkplain
 * RoutingPath#otherReadings readings}: empty segments merged or not ({@code //admin}), escaped slashes and backslashes
 * decoded or not ({@code /admin%2fx}), dot segments resolved after that. If they lead to different routes, or to one
 * with different variables, the request is refused: 400; or, with {@link #withNormalizePaths}, normalised. Otherwise it
 * goes on as it came. Parameters of segments never count: {@code /admin;a=b/x} is {@code /admin/x} to a route.
 *
 * <p>Immutable, and safe for use by many threads. To change routes while they are in use, replace this table by
 * another: a request that has begun stays with its table.
 */
public final class Routes implements ProxyHandler, Openable<ProxyHandler> {
    private final List<Route> routes;
    private final PathRules rules;

    private Routes(List<Route> routes, PathRules rules) {
        this.routes = routes;
        this.rules = rules;
    }

    /**
     * A table of these routes.
     *
     * @throws IllegalArgumentException as {@link #of(List)} does
     */
    public static Routes of(Route... routes) {
        return of(List.of(routes));
    }

    /**
     * A table of these routes.
     *
     * @throws IllegalArgumentException if a route has exactly the conditions of one that is tried earlier, and so would
     *     never be taken; the message names both
     */
    public static Routes of(List<Route> routes) {
        List<Route> ordered =
                routes.stream().sorted(Comparator.comparingInt(Route::order)).toList();
        Reachability.requireNoneRepeated(ordered);
        return new Routes(ordered, PathRules.STRICT);
    }

    /**
     * This table with another rule for paths that can be read in two ways and lead to different routes: if true, they are
     * normalised, and the matching route gets the result instead of the received path. This also applies to tables within
     * this one. At first they are refused.
     */
    public Routes withNormalizePaths(boolean on) {
        return new Routes(routes, new PathRules(on, rules.ignoreCase()));
    }

    /**
     * This table with another rule for the case of paths: if true, all routes, also those of tables within it, compare
     * them as with {@link Route.Builder#ignoreCase}. At first each route has its own rule.
     */
    public Routes withIgnoreCase(boolean on) {
        return new Routes(routes, new PathRules(rules.normalizing(), on));
    }

    /**
     * The routes that no request can reach, because an earlier one takes all their requests: one sentence for each,
     * which names both. Tables that are the handlers of routes are checked too.
     */
    public List<String> unreachable() {
        List<String> all = new ArrayList<>(Reachability.unreachable(routes));
        for (Route route : routes) {
            Routes inner = inner(route);
            if (inner != null) {
                all.addAll(inner.unreachable());
            }
        }
        return all;
    }

    /**
     * The routes whose handler, such as a redirect, needs a variable that neither their path nor one around it has: one
     * sentence for each variable. Tables that are the handlers of routes are checked too. A server or a pipeline refuses a
     * table that has some.
     */
    public List<String> missingVariables() {
        return missingVariables(Set.of());
    }

    private List<String> missingVariables(Set<String> outer) {
        List<String> all = new ArrayList<>();
        for (Route route : routes) {
            Set<String> known = new HashSet<>(outer);
            known.addAll(route.conditions().variables());
            Routes inner = inner(route);
            if (inner != null) {
                all.addAll(inner.missingVariables(known));
            } else if (route.innermost() instanceof NeedsVariables handler) {
                handler.variables().stream()
                        .filter(name -> !known.contains(name))
                        .sorted()
                        .map(name -> "route " + route.name() + " has no path variable \"" + name + "\", which "
                                + handler + " needs")
                        .forEach(all::add);
            }
        }
        return all;
    }

    /** The table that a route leads to, filters or not, or null. */
    private static @Nullable Routes inner(Route route) {
        return route.innermost() instanceof Routes table ? table : null;
    }

    /**
     * This table, with this transport for the upstreams that its routes name by URL.
     *
     * @throws IllegalArgumentException if the transport cannot reach one of them; the message names the route
     */
    @Override
    public Routes openedBy(UpstreamOpener transport) {
        return new Routes(
                routes.stream().map(route -> route.openedBy(transport)).toList(), rules);
    }

    /** What the routes, also those of tables within this one, need from the listener. */
    @Override
    public Set<Capability> needs() {
        Set<Capability> needs = EnumSet.noneOf(Capability.class);
        routes.forEach(route -> needs.addAll(route.needs()));
        return needs;
    }

    /** The routes, in the order in which they are tried. */
    public List<Route> routes() {
        return routes;
    }

    /** The rules about trusted peers of the reverse proxies of these routes, and of tables within them; each once. */
    public Set<Forwarding> forwarding() {
        Set<Forwarding> all = new LinkedHashSet<>();
        for (Route route : routes) {
            Forwarding own = route.forwarding();
            Routes inner = inner(route);
            if (own != null) {
                all.add(own);
            }
            if (inner != null) {
                all.addAll(inner.forwarding());
            }
        }
        return all;
    }

    /** The filters of these routes, and of tables within them. */
    public List<ProxyFilter> filters() {
        List<ProxyFilter> all = new ArrayList<>();
        for (Route route : routes) {
            Routes inner = inner(route);
            all.addAll(route.filters());
            if (inner != null) {
                all.addAll(inner.filters());
            }
        }
        return all;
    }

    /**
     * Answers by the first route that matches. Its {@link RouteMatch}, and its timeouts if it has any, are put into
     * the exchange.
     *
     * @throws ProxyException if no route matches, NO_ROUTE; if other servers could read the path differently, or it
     *     leads to different routes, BAD_REQUEST; or what the route throws
     */
    @Override
    public ProxyResponse handle(ProxyRequest request) throws IOException, InterruptedException {
        RoutingPath path = RoutingPath.of(request.target().path());
        PathRules inEffect = rules.and(request.exchange().get(PathRules.class));
        RouteMatch match = settle(request, path, inEffect);
        if (match == null) {
            throw ProxyException.refused(Outcome.NO_ROUTE, "no route for this request");
        }
        if (!inEffect.strict()) {
            request.exchange().put(PathRules.class, inEffect);
        }
        return serve(request, match);
    }

    /** The match of a path that leads to the same route in each reading; null if it leads to none. */
    private @Nullable RouteMatch settle(ProxyRequest request, RoutingPath path, PathRules how) throws ProxyException {
        Found found = find(request, path.reading(), how);
        boolean literal = found != null && found.route().conditions().literalSlashes();
        for (String other : path.otherReadings(literal)) {
            Found otherwise = find(request, other, how);
            if (found == null ? otherwise != null : !found.sameAs(otherwise)) {
                request.exchange()
                        .notes()
                        .note(() -> "path: leads to " + name(found) + ", and read as \"" + other + "\" to "
                                + name(otherwise) + (how.normalizing() ? "; normalised" : "; refused"));
                if (!how.normalizing()) {
                    throw ProxyException.refused(Outcome.BAD_REQUEST, "an ambiguous path");
                }
                return settle(request, path.normalized(literal), how);
            }
        }
        return found == null ? null : found.route().match(request, path, found.variables());
    }

    private static String name(@Nullable Found found) {
        return found == null ? "no route" : "route " + found.route().name();
    }

    private @Nullable Found find(ProxyRequest request, String reading, PathRules how) {
        RequestTarget target = request.target();
        ProxyRequest read = target.path().equals(reading)
                ? request
                : request.toBuilder().target(target.withPath(reading)).build();
        for (Route route : routes) {
            Map<String, String> variables = route.conditions().match(read, how.ignoreCase());
            if (variables != null) {
                return new Found(route, variables);
            }
        }
        return null;
    }

    /** A route that takes a request, and the variables of its path. */
    private record Found(Route route, Map<String, String> variables) {
        // Not equals: the JDK keeps the last record class that it has made that for, and so its class loader.
        boolean sameAs(@Nullable Found other) {
            return other != null && route.equals(other.route) && variables.equals(other.variables);
        }
    }

    private static ProxyResponse serve(ProxyRequest request, RouteMatch match)
            throws IOException, InterruptedException {
        Route route = match.route();
        Exchange exchange = request.exchange();
        exchange.notes().route(route.name());
        RouteMatch outer = RouteMatch.of(exchange);
        RouteMatch whole = match.within(outer);
        exchange.put(RouteMatch.class, whole);
        PageFilters.put(exchange, route.filters(), outer != null && match.isWithin(outer));
        PathPrefixes.put(exchange, whole.strippedPrefix(), whole.addedPrefix());
        ProxyRequest allowed = withAllowedUpgrade(request, route);
        ProxyRequest routed = match.rewritten().equals(allowed.target())
                ? allowed
                : allowed.toBuilder().target(match.rewritten()).build();
        PassedTrailers trailers = route.trailers();
        if (trailers != null) {
            exchange.put(PassedTrailers.class, trailers);
        }
        Timeouts timeouts = route.timeouts();
        if (timeouts != null) {
            exchange.put(Timeouts.class, Grpc.is(request.headers()) ? Grpc.timeouts(timeouts) : timeouts);
            exchange.deadline(
                    Math.min(deadlineNanos(exchange, timeouts), Grpc.deadlineNanos(exchange)), Outcome.TOTAL_TIMEOUT);
        }
        BodyLimit bodyLimit = route.bodyLimit();
        ProxyRequest limited = bodyLimit == null ? routed : bodyLimit.of(routed);
        // A table that the route leads to may have routes with another limit.
        return route.chain().handle(inner(route) == null ? BodyLimit.fitting(limited) : limited);
    }

    /** The total counts from the exchange's beginning, not from here. */
    private static long deadlineNanos(Exchange exchange, Timeouts timeouts) {
        long fromNow = exchange.time().deadline(timeouts.total());
        long passed = exchange.time().nanos() - exchange.record().beginNanos();
        return fromNow == TimeSource.NEVER ? TimeSource.NEVER : fromNow - passed;
    }

    private static ProxyRequest withAllowedUpgrade(ProxyRequest request, Route route) throws ProxyException {
        String protocol = request.upgrade();
        // A table that the route leads to has routes of its own to decide.
        if (protocol == null || inner(route) != null || route.allowsUpgrade(protocol)) {
            return request;
        }
        if (request.version() == HttpVersion.HTTP_2) {
            // RFC 8441 §4: the request asks for nothing else.
            throw ProxyException.refused(
                    Outcome.NOT_SUPPORTED,
                    "an upgrade is not supported here",
                    "upgrade to " + protocol + " is not allowed by route " + route.name());
        }
        request.exchange()
                .notes()
                .note(() ->
                        "upgrade: to " + protocol + " is not allowed by route " + route.name() + ", went on without");
        // RFC 9110 §7.8: a server may ignore Upgrade and go on with the protocol that is spoken.
        return request.toBuilder().upgrade(null).build();
    }
}
