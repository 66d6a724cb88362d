package dev.sluice.proxy.server;

import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.internal.Around;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.Pipeline.ClientResponseHook;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.trace.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Pipeline} and a {@link ProxyServer} are both built from: routes, filters, limits, timeouts and
 * listeners. For one thread.
 *
 * @param <B> the builder itself
 */
abstract sealed class PipelineBuilder<B extends PipelineBuilder<B>> permits Pipeline.Builder, ProxyServer.Builder {
    final List<Route> routes = new ArrayList<>();
    final List<ProxyFilter> filters = new ArrayList<>();
    Limits limits = Limits.DEFAULT;
    Timeouts timeouts = Timeouts.DEFAULT;
    TimeSource time = TimeSource.system();
    ExchangeListener listener = ExchangeListener.NONE;
    ErrorHandler errorHandler = (request, why) -> null;
    private boolean normalizePaths;
    private boolean ignoreCase;

    @Nullable
    ClientResponseHook responseHook;

    @Nullable
    ProxyHandler forward;

    @Nullable
    Tracing tracing;

    private Forwarding.@Nullable Builder trusted;

    PipelineBuilder() {}

    abstract B self();

    /**
     * Adds a route. Routes are tried by their order, then as they were added. None by default: then everything is 404.
     */
    public B addRoute(Route route) {
        routes.add(Objects.requireNonNull(route, "route"));
        return self();
    }

    /**
     * Adds a route from a path to a handler.
     *
     * @param path as for {@link Route#path}, such as {@code /api/**}
     * @throws IllegalArgumentException if the path is not of that form
     */
    public B addRoute(String path, ProxyHandler handler) {
        return addRoute(Route.path(path).to(handler));
    }

    /** Adds a route from a path to one upstream, with the default rules of {@link ReverseProxy#to(Upstream)}. */
    public B addRoute(String path, Upstream upstream) {
        return addRoute(path, ReverseProxy.to(upstream));
    }

    /** Adds a route from a path to a pool, with the default rules of {@link ReverseProxy#to(UpstreamSource)}. */
    public B addRoute(String path, UpstreamSource upstreams) {
        return addRoute(path, ReverseProxy.to(upstreams));
    }

    /**
     * Adds a route from a path to one server, with the default rules of {@link ReverseProxy#to(String)}.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}
     * @throws IllegalArgumentException if the path or the URL is not of that form; the message shows it
     */
    public B addRoute(String path, String url) {
        return addRoute(path, ReverseProxy.to(url));
    }

    /**
     * Sets the forward proxy, which serves CONNECT and requests that name another host in an absolute target. The
     * routes do not see them, and their paths stay as they are. By default the routes serve them like all others.
     */
    public B forward(ProxyHandler proxy) {
        this.forward = Objects.requireNonNull(proxy, "forward");
        return self();
    }

    /**
     * Whether paths that can be read in two ways and lead to different routes are normalised, see {@link
     * Routes#withNormalizePaths}; false by default, then they are refused. Also applies to later tables.
     */
    public B normalizePaths(boolean on) {
        this.normalizePaths = on;
        return self();
    }

    /**
     * Whether the paths of all routes are compared without case, see {@link Routes#withIgnoreCase}, also in later tables;
     * false by default.
     */
    public B ignoreCase(boolean on) {
        this.ignoreCase = on;
        return self();
    }

    /**
     * Adds a filter around all routes. Filters stand in the order of their {@linkplain ProxyFilter#stage stages}; of one
     * stage, the first added is the outermost. A failure further inside, such as a missing route, reaches it as an error page, which it can change like any response; {@link
     * dev.sluice.proxy.ExchangeRecord#failure()} says that it is one. A filter that needs the exception itself belongs
     * on the routes. Requests that cannot be read, and those above the limit, are refused before any filter: see {@link
     * #onResponse}.
     */
    public B addFilter(ProxyFilter filter) {
        filters.add(Objects.requireNonNull(filter, "filter"));
        return self();
    }

    /** Sets the limits; {@link Limits#DEFAULT} by default. */
    public B limits(Limits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        return self();
    }

    /**
     * Names peers that act for many clients, such as a proxy in front of this one. Each {@link ReverseProxy} without
     * its {@link ReverseProxy.Builder#forwarding own rule} and the access log believe what they say about a client.
     * {@link Limits#clientShare()} applies not to them, but to the clients that they name. Log and share also trust the
     * peers that the reverse proxy of a route trusts. By default there are no others; a second call adds
     * to the first.
     *
     * @param blocks addresses and blocks of them, such as {@code 10.0.0.0/8}
     * @throws IllegalArgumentException if one is not a block of addresses
     */
    public B trust(String... blocks) {
        this.trusted = own().trust(blocks);
        return self();
    }

    /**
     * Sets the field in which origins are told the name of the principal, see {@link Forwarding.Builder#userField}; none
     * by default. A {@link ReverseProxy} with its {@link ReverseProxy.Builder#forwarding own rule} tells only what that
     * says. Whichever says it, no client can send the field to any route of this server.
     *
     * @throws IllegalArgumentException if it is not the name of a field that a request can have, or one of forwarding; the
     *     message shows it
     */
    public B userField(String name) {
        this.trusted = own().userField(name);
        return self();
    }

    /** The filters, with that of the forward proxy, which finds the principal before limits ask for it. */
    final List<ProxyFilter> filters() {
        List<ProxyFilter> all = new ArrayList<>(filters);
        if (forward != null && Around.innermost(forward) instanceof ForwardProxy proxy) {
            all.add(proxy.entrance());
        }
        return all;
    }

    private Forwarding.Builder own() {
        return trusted == null ? Forwarding.builder() : trusted;
    }

    /** Sets the timeouts of routes without their own; {@link Timeouts#DEFAULT} by default. */
    public B timeouts(Timeouts timeouts) {
        this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
        return self();
    }

    /** Sets the clock; that of the JVM by default. */
    public B time(TimeSource time) {
        this.time = Objects.requireNonNull(time, "time");
        return self();
    }

    /** Adds a listener of exchanges, such as an access log; none by default. */
    public B addListener(ExchangeListener listener) {
        this.listener = this.listener.and(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Sets how the server takes part in traces; by default it does not, and passes {@code traceparent} and {@code tracestate}
     * on like any other field.
     */
    public B tracing(Tracing tracing) {
        this.tracing = Objects.requireNonNull(tracing, "tracing");
        return self();
    }

    /**
     * Sets what makes the error pages; {@link ErrorHandler#standardPage} by default, and if this one returns null. Pages
     * are made outside of a route's filters and inside of those of {@code addFilter}.
     */
    public B onError(ErrorHandler handler) {
        this.errorHandler = Objects.requireNonNull(handler, "onError");
        return self();
    }

    /**
     * Changes each response to a client, after all filters; nothing by default. It also sees refusals that no filter
     * sees, such as of a request that could not be read. It does not see interim responses (1xx), nor answers of the
     * JDK's HTTP server itself. A second hook gets the result of the first.
     */
    public B onResponse(ClientResponseHook hook) {
        Objects.requireNonNull(hook, "onResponse");
        ClientResponseHook before = responseHook;
        this.responseHook =
                before == null ? hook : (exchange, response) -> hook.apply(exchange, before.apply(exchange, response));
        return self();
    }

    /** The rule of {@link #trust}, or null if no peer was named. */
    final @Nullable Forwarding trusted() {
        return trusted == null ? null : trusted.build();
    }

    /** Makes each table of routes, also later ones, compare paths as the server does. */
    final UnaryOperator<Routes> pathRules() {
        boolean normalizes = normalizePaths;
        boolean ignores = ignoreCase;
        return table -> {
            Routes normalizing = normalizes ? table.withNormalizePaths(true) : table;
            return ignores ? normalizing.withIgnoreCase(true) : normalizing;
        };
    }

    /** Prepares a table of routes, or a forward proxy, before it takes effect. */
    RouteMount mount() {
        return RouteMount.none();
    }
}
