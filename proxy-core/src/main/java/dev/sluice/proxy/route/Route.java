package dev.sluice.proxy.route;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.rule.PassedTrailers;
import dev.sluice.proxy.internal.Around;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.path.RoutingPath;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.scope.BodyLimit;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a {@link Routes table}: conditions, filters, and the handler for requests that meet them.
 *
 * <pre>{@code
 * Route.path("/api/**").to(handler);
 * Route.host("*.example.com").path("/users/{id}").stripPrefix("/users").addFilter(filter).to(handler);
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads if its filters, conditions and handler are.
 */
public final class Route {
    private final String name;
    private final int order;
    private final RouteConditions conditions;
    private final PathRewrite rewrite;
    private final Set<String> upgrades;
    private final Set<Capability> needs;
    private final @Nullable Timeouts timeouts;
    private final @Nullable BodyLimit bodyLimit;
    private final @Nullable Forwarding forwarding;
    private final List<ProxyFilter> filters;
    private final ProxyHandler chain;
    private final ProxyHandler innermost;
    private final @Nullable PassedTrailers trailers;

    Route(RouteBuilder setup, ProxyHandler handler) {
        this.conditions = setup.conditions();
        this.rewrite = setup.rewrite();
        this.name = setup.nameOrConditions();
        this.order = setup.order;
        this.upgrades = Set.copyOf(setup.upgrades);
        this.needs = needs(setup, handler);
        this.timeouts = setup.timeouts;
        this.bodyLimit = setup.bodyLimit;
        this.innermost = Around.innermost(handler);
        this.forwarding = innermost instanceof ReverseProxy reverse ? reverse.forwarding() : null;
        this.filters = setup.filters.stream()
                .sorted(Comparator.comparing(ProxyFilter::stage))
                .toList();
        this.chain = chain(filters, handler);
        this.trailers = setup.trailers.isEmpty() ? null : PassedTrailers.named(setup.trailers);
    }

    private Route(Route other, ProxyHandler chain) {
        this.conditions = other.conditions;
        this.rewrite = other.rewrite;
        this.name = other.name;
        this.order = other.order;
        this.upgrades = other.upgrades;
        this.needs = other.needs;
        this.timeouts = other.timeouts;
        this.bodyLimit = other.bodyLimit;
        this.forwarding = other.forwarding;
        this.innermost = other.innermost;
        this.filters = other.filters;
        this.trailers = other.trailers;
        this.chain = chain;
    }

    /** Begins a route that every request matches. */
    public static Builder any() {
        return new Builder();
    }

    /** Begins a route with a path, see {@link Builder#path}. */
    public static Builder path(String pattern) {
        return any().path(pattern);
    }

    /** Begins a route with a path that has no pattern, see {@link Builder#exactPath}. */
    public static Builder exactPath(String path) {
        return any().exactPath(path);
    }

    /** Begins a route with a host, see {@link Builder#host}. */
    public static Builder host(String... patterns) {
        return any().host(patterns);
    }

    /** The name in records and logs. */
    public String name() {
        return name;
    }

    /** The place of the route in the table: lower numbers are tried first. */
    public int order() {
        return order;
    }

    /** The route's own timeouts, or null if the server's apply. */
    public @Nullable Timeouts timeouts() {
        return timeouts;
    }

    /** The route's own limit of a request's body, or null if the server's applies. */
    @Nullable
    BodyLimit bodyLimit() {
        return bodyLimit;
    }

    /** The rule about trusted forwarding fields of the route's reverse proxy, or null. */
    @Nullable
    Forwarding forwarding() {
        return forwarding;
    }

    /** Returns whether a client may switch to {@code protocol} here, compared without case. */
    boolean allowsUpgrade(String protocol) {
        return upgrades.contains(protocol.toLowerCase(Locale.ROOT));
    }

    /**
     * What the route needs from the transport: its own needs, tunnels if it allows an upgrade, and the needs of its
     * handler.
     */
    public Set<Capability> needs() {
        return needs;
    }

    /** This route, with this transport for the upstreams that its handler names by URL. */
    Route openedBy(UpstreamOpener transport) {
        try {
            return new Route(this, Openable.open(chain, transport));
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException("route " + name + ": " + fault.getMessage(), fault);
        }
    }

    /** The name. */
    @Override
    public String toString() {
        return "Route[" + name + ']';
    }

    /** The trailers that go on, or null if the route names none. */
    @Nullable
    PassedTrailers trailers() {
        return trailers;
    }

    RouteConditions conditions() {
        return conditions;
    }

    /** The handler without the filters around it. */
    ProxyHandler innermost() {
        return innermost;
    }

    /** The match of a request that meets the conditions. */
    RouteMatch match(ProxyRequest request, RoutingPath path, Map<String, String> variables) {
        RequestTarget target = request.target();
        String outgoing = rewrite.apply(path);
        RequestTarget rewritten = outgoing.equals(target.path()) ? target : target.withPath(outgoing);
        return new RouteMatch(this, variables, rewrite.stripped(path), rewrite.addedPrefix(), target, rewritten);
    }

    /** The filters, from the outside in. */
    List<ProxyFilter> filters() {
        return filters;
    }

    /** The filters around the handler. */
    ProxyHandler chain() {
        return chain;
    }

    private static Set<Capability> needs(RouteBuilder setup, ProxyHandler handler) {
        Set<Capability> needs = EnumSet.noneOf(Capability.class);
        needs.addAll(setup.needs);
        needs.addAll(handler.needs());
        if (!setup.upgrades.isEmpty()) {
            needs.add(Capability.TUNNEL);
        }
        return Collections.unmodifiableSet(needs);
    }

    private static ProxyHandler chain(List<ProxyFilter> filters, ProxyHandler handler) {
        ProxyHandler chain = handler;
        for (int i = filters.size() - 1; i >= 0; i--) {
            chain = chain.with(filters.get(i));
        }
        return chain;
    }

    /**
     * Collects the parts of a {@link Route}. All conditions must hold for a request to match; without any, every
     * request does. Each method throws IllegalArgumentException, with the option and the value in the message, if the
     * value is not allowed. For one thread.
     */
    public static final class Builder extends RouteBuilder {
        Builder() {}

        @Override
        Builder self() {
            return this;
        }
    }
}
