package dev.sluice.proxy.route;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.header.rule.HostPattern;
import dev.sluice.proxy.header.rule.TrailerFields;
import dev.sluice.proxy.internal.Around;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.scope.BodyLimit;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.syntax.ConnectionFields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The methods of a {@link Route.Builder}. */
abstract sealed class RouteBuilder permits Route.Builder {
    private final Set<String> methods = new LinkedHashSet<>();
    private final Set<HostPattern> hosts = new LinkedHashSet<>();
    private final Set<Predicate<ProxyRequest>> conditions = new LinkedHashSet<>();
    final List<ProxyFilter> filters = new ArrayList<>();
    final Set<String> upgrades = new LinkedHashSet<>();
    final Set<String> trailers = new LinkedHashSet<>();
    final Set<Capability> needs = new LinkedHashSet<>();

    @Nullable
    Timeouts timeouts;

    @Nullable
    BodyLimit bodyLimit;

    int order;

    private @Nullable PathPattern path;
    private @Nullable Cache cache;
    private CacheRules cacheRules = CacheRules.DEFAULT;
    private boolean ignoreCase;
    private boolean literalSlashes;
    private @Nullable String name;
    private @Nullable String stripPrefix;
    private int stripSegments;
    private String addPrefix = "";

    RouteBuilder() {}

    abstract Route.Builder self();

    /** The name in records and logs; by default methods, host and path, such as {@code GET example.com/api/**}. */
    public Route.Builder name(String name) {
        if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("route name must be printable text: \"" + Printable.of(name) + "\"");
        }
        this.name = name;
        return self();
    }

    /**
     * The place of the route in the table: lower first, equal ones in the order in which they were declared. 0 by
     * default.
     */
    public Route.Builder order(int order) {
        this.order = order;
        return self();
    }

    /**
     * One of these hosts: {@code example.com} for only that name, {@code *.example.com} for all names below it, at any
     * depth. Compared without case and port. Of several calls the last counts; any host by default.
     */
    public Route.Builder host(String... patterns) {
        hosts.clear();
        for (String pattern : Require.some("host", patterns)) {
            hosts.add(HostPattern.parse("host", pattern));
        }
        return self();
    }

    /**
     * This path, compared in normal form, segment by segment, with case and without parameters ({@code ;x=1}):
     *
     * <ul>
     * <li>{@code /api} is only that path, without a slash at its end;
     * <li>{@code /api/**} and {@code /api/} are {@code /api} and all below it; {@code /} is every path;
     *   <li>{@code /users/{id}/orders/{order}} has variables, each one segment that is not empty; {@code /**} may follow.
     * </ul>
     *
     * <p>Of several calls the last counts; any path by default. {@code /**} also stands for the {@code *} of OPTIONS. A
     * path that can be read in two ways is tried in each, see {@link Routes}.
     */
    public Route.Builder path(String pattern) {
        this.path = PathPattern.parse(pattern);
        return self();
    }

    /** Only this path, with or without a slash at its end as given here; it has no variables. */
    public Route.Builder exactPath(String path) {
        this.path = PathPattern.exact(path);
        return self();
    }

    /**
     * Whether the ASCII letters of the path are compared without case, like the file systems of some servers do; false by
     * default.
     */
    public Route.Builder ignoreCase(boolean on) {
        this.ignoreCase = on;
        return self();
    }

    /**
     * Whether {@code %2F} and {@code %5C} never separate segments for the server behind this route, for example a
     * registry of packages with names such as {@code @scope%2Fname}: then {@code /packages/{name}} matches them. False by
     * default: the request is refused if another server would send it to another route, see {@link Routes}. A route's
     * path with such an escape sets this itself.
     */
    public Route.Builder literalSlashes(boolean on) {
        this.literalSlashes = on;
        return self();
    }

    /**
     * One of these methods, compared with case (RFC 9110 §9.1), so a name with a lower-case letter is refused; GET does
     * not include HEAD. Of several calls the last counts; any by default.
     */
    public Route.Builder methods(String... methods) {
        this.methods.clear();
        for (String method : Require.some("methods", methods)) {
            if (!Headers.isToken(method)) {
                throw new IllegalArgumentException(
                        "methods has a name that is not a method: \"" + Printable.of(method) + "\"");
            }
            String upper = method.toUpperCase(Locale.ROOT);
            if (!method.equals(upper)) {
                throw new IllegalArgumentException("methods are compared with case, and \"" + method
                        + "\" is not one that clients send: write \"" + upper + "\"");
            }
            this.methods.add(method);
        }
        return self();
    }

    /** The request has a field of this name. */
    public Route.Builder whenHeader(String name) {
        requireField(name);
        return when(new FieldCondition(FieldCondition.Kind.HEADER, name, null));
    }

    /** A field of this name has a line with exactly this value. */
    public Route.Builder whenHeader(String name, String value) {
        requireField(name);
        return when(new FieldCondition(FieldCondition.Kind.HEADER, name, value));
    }

    /** A field that is a comma-separated list has this token among its members, compared without case. */
    public Route.Builder whenHeaderToken(String name, String token) {
        requireField(name);
        if (!Headers.isToken(token)) {
            throw new IllegalArgumentException(
                    "whenHeaderToken " + name + " cannot have the token \"" + Printable.of(token) + "\"");
        }
        return when(new FieldCondition(FieldCondition.Kind.TOKEN, name, token));
    }

    /** The request has a query parameter of this name, with or without a value. Give the name decoded. */
    public Route.Builder whenQuery(String name) {
        return when(new FieldCondition(FieldCondition.Kind.QUERY, name, null));
    }

    /** A query parameter of this name has exactly this value; if there are several, at least one. Give both decoded. */
    public Route.Builder whenQuery(String name, String value) {
        return when(new FieldCondition(FieldCondition.Kind.QUERY, name, value));
    }

    /**
     * Your own condition. It must not block, and must not read the request's body. If the path can be read in two ways,
     * see {@link Routes}, it is asked about each: the request that it gets has a path in normal form.
     */
    public Route.Builder when(Predicate<ProxyRequest> condition) {
        conditions.add(Objects.requireNonNull(condition, "condition"));
        return self();
    }

    /**
     * Removes {@code prefix}, such as {@code /api}, from the path. The path of the route must begin with it. The rest
     * is sent on as it was received, byte for byte. Of this and {@code stripSegments} the last call counts; nothing by
     * default.
     */
    public Route.Builder stripPrefix(String prefix) {
        requirePrefix("stripPrefix", prefix);
        this.stripPrefix = prefix;
        return self();
    }

    /**
     * Removes the first {@code count} segments from the path; the path of the route must have at least this number. 0
     * by default.
     */
    public Route.Builder stripSegments(int count) {
        Require.notNegative("stripSegments", count);
        this.stripSegments = count;
        this.stripPrefix = null;
        return self();
    }

    /** Adds {@code prefix}, such as {@code /v2}, before the path, after another one was removed. Nothing by default. */
    public Route.Builder addPrefix(String prefix) {
        this.addPrefix = requirePrefix("addPrefix", prefix);
        return self();
    }

    /**
     * Adds a filter around the handler. Filters stand in the order of their {@linkplain ProxyFilter#stage stages}; of one
     * stage, the first added is the outermost. They get the request with its rewritten path; the original is in {@link
     * RouteMatch#original()}. None by default.
     */
    public Route.Builder addFilter(ProxyFilter filter) {
        filters.add(Objects.requireNonNull(filter, "filter"));
        return self();
    }

    /** The route's own timeouts instead of the server's. The total one counts from the start of the exchange. */
    public Route.Builder timeouts(Timeouts timeouts) {
        this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
        return self();
    }

    /**
     * The most bytes of a request's body here, more or less than the server's {@link
     * dev.sluice.proxy.limit.Limits#bodyBytes()}, which applies until the route is known; above it 413. That of the server
     * by default.
     */
    public Route.Builder bodyBytes(long bytes) {
        this.bodyLimit = new BodyLimit(bytes);
        return self();
    }

    /**
     * The cache for the responses of this route, with {@link CacheRules#DEFAULT}; none by default. A route with a
     * condition of its own ({@code when}) needs a name, or rules with a partition.
     */
    public Route.Builder cache(Cache cache) {
        return cache(cache, CacheRules.DEFAULT);
    }

    /**
     * The cache for the responses of this route, with rules of its own; none by default. A route with a condition of its
     * own ({@code when}) needs a name, or rules with a partition.
     */
    public Route.Builder cache(Cache cache, CacheRules rules) {
        this.cache = Objects.requireNonNull(cache, "cache");
        this.cacheRules = Objects.requireNonNull(rules, "cache rules");
        return self();
    }

    /**
     * Lets a client switch to one of these protocols, such as {@code websocket}; compared without case. None by
     * default: then the request is served as if it had not asked (RFC 9110 §7.8), and over HTTP/2, which has only {@code
     * websocket}, refused with 501 (RFC 8441). If the route leads to a table of routes, the routes of that table decide.
     */
    public Route.Builder allowUpgrade(String... protocols) {
        for (String protocol : Require.some("allowUpgrade", protocols)) {
            String[] nameAndVersion = protocol.split("/", 2);
            for (String part : nameAndVersion) {
                if (!Headers.isToken(part)) {
                    throw new IllegalArgumentException(
                            "allowUpgrade has a name that is not a protocol: \"" + Printable.of(protocol) + "\"");
                }
            }
            upgrades.add(protocol.toLowerCase(Locale.ROOT));
        }
        return self();
    }

    /**
     * Passes on trailers of a request with these names, such as {@code Content-Digest}; compared without case. By
     * default none goes on, except for gRPC requests, which keep all: an application that merges trailers with the head
     * would get fields that no filter has checked. A trailer with a name that the head has too is never passed on. The
     * route then needs trailers.
     *
     * @throws IllegalArgumentException if a name must not be a trailer (RFC 9110 §6.5.1), such as {@code Authorization}
     *     or {@code X-Forwarded-For}
     */
    public Route.Builder allowTrailers(String... names) {
        for (String name : Require.some("allowTrailers", names)) {
            if (!Headers.isToken(name) || !TrailerFields.allows(name)) {
                throw new IllegalArgumentException(
                        "allowTrailers has a name that must not be a trailer field: \"" + Printable.of(name) + "\"");
            }
            trailers.add(name);
        }
        return needs(Capability.TRAILERS);
    }

    /**
     * Says that the route does not work without these, such as {@link Capability#TRAILERS} or {@link
     * Capability#INTERIM}. If the server's transport lacks them, it is refused when the server is built or gets other
     * routes. {@code allowUpgrade} needs tunnels automatically. Nothing by default.
     */
    public Route.Builder needs(Capability... capabilities) {
        needs.addAll(List.of(capabilities));
        return self();
    }

    /**
     * The route, to one upstream, with the default rules of {@link ReverseProxy#to(Upstream)}.
     *
     * @throws IllegalArgumentException if a prefix is to be stripped that not every path of the route begins with
     */
    public Route to(Upstream upstream) {
        return to(ReverseProxy.to(upstream));
    }

    /**
     * The route, to a pool, with the default rules of {@link ReverseProxy#to(UpstreamSource)}.
     *
     * @throws IllegalArgumentException if not every path of the route begins with the prefix to strip
     */
    public Route to(UpstreamSource upstreams) {
        return to(ReverseProxy.to(upstreams));
    }

    /**
     * The route, to one server, with the default rules of {@link ReverseProxy#to(String)}.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}
     * @throws IllegalArgumentException if it is not of this form; the message shows it
     */
    public Route to(String url) {
        return to(ReverseProxy.to(url));
    }

    /**
     * The route, to this handler.
     *
     * @throws IllegalArgumentException if not every path of the route begins with the prefix to strip; or if the route has
     *     a cache, and the handler is not a {@link ReverseProxy}
     */
    public Route to(ProxyHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return new Route(this, cache == null ? handler : Around.replaced(handler, this::cached));
    }

    private ProxyHandler cached(ProxyHandler handler) {
        if (handler instanceof ReverseProxy reverse) {
            boolean shared = cacheRules.partition() != null;
            return reverse.cachedBy(
                    Objects.requireNonNull(cache),
                    shared
                            ? cacheRules
                            : cacheRules.toBuilder().partition(ownPartition()).build());
        }
        throw new IllegalArgumentException("route " + nameOrConditions()
                + " has a cache, so its handler must be a ReverseProxy, such as ReverseProxy.to(upstream): " + handler);
    }

    /** What no other route is called: its name, or its words and what it asks of fields. */
    private String ownPartition() {
        StringBuilder partition = new StringBuilder(nameOrConditions());
        for (Predicate<ProxyRequest> condition : name == null ? conditions : Set.<Predicate<ProxyRequest>>of()) {
            if (!(condition instanceof FieldCondition)) {
                throw new IllegalArgumentException("route " + nameOrConditions() + " has a cache and a condition of its"
                        + " own (when): give it a name, or its CacheRules a partition, so that it finds only its own"
                        + " responses");
            }
            partition.append(' ').append(condition);
        }
        return partition.toString();
    }

    RouteConditions conditions() {
        boolean literal = literalSlashes || (path != null && path.hasEscapedSlashes());
        return new RouteConditions(methods, hosts, path, ignoreCase, literal, List.copyOf(conditions));
    }

    PathRewrite rewrite() {
        int segments = stripSegments;
        if (stripPrefix != null) {
            List<String> literals = PathText.literals("stripPrefix", stripPrefix);
            if (path == null || !path.beginsWith(literals)) {
                throw new IllegalArgumentException("stripPrefix must begin the path of the route, " + described(path)
                        + ": \"" + stripPrefix + "\"");
            }
            segments = literals.size();
        }
        if (segments > (path == null ? 0 : path.size())) {
            throw new IllegalArgumentException("stripSegments must not be more than the path of the route has, "
                    + described(path) + ": " + segments);
        }
        return new PathRewrite(segments, addPrefix);
    }

    String nameOrConditions() {
        if (name != null) {
            return name;
        }
        StringJoiner words = new StringJoiner(" ");
        if (!methods.isEmpty()) {
            words.add(String.join(",", methods));
        }
        StringJoiner names = new StringJoiner(",");
        hosts.forEach(host -> names.add(host.toString()));
        String place = names + (path == null ? "" : path.toString());
        return words.add(place.isEmpty() ? "any" : place).toString();
    }

    private static String described(@Nullable PathPattern path) {
        return path == null ? "which has none" : "\"" + path + "\"";
    }

    private static String requirePrefix(String option, String prefix) {
        String normal = '/' + String.join("/", PathText.literals(option, prefix));
        if (prefix.endsWith("/")) {
            throw new IllegalArgumentException(option + " must not end with a slash: \"" + prefix + "\"");
        }
        return normal;
    }

    private static void requireField(String name) {
        if (!Headers.isToken(name)) {
            throw new IllegalArgumentException(
                    "whenHeader has a name that is not a field name: \"" + Printable.of(name) + "\"");
        }
        if (ConnectionFields.isOfRequest(name)) {
            throw new IllegalArgumentException(
                    "whenHeader cannot be " + name + ", which is not among the fields of a request here");
        }
    }
}
