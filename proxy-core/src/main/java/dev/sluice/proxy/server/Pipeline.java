package dev.sluice.proxy.server;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.header.rule.Grpc;
import dev.sluice.proxy.internal.Around;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.scope.BodyLimit;
import dev.sluice.proxy.scope.ServedHosts;
import dev.sluice.proxy.scope.ServerDrain;
import dev.sluice.proxy.scope.ServerLoad;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.trace.span.Traces;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that happens to a request between its head and its response, without any socket: the exchange is begun, a
 * request value goes in, a response value comes out, and the exchange is ended, all on the caller's thread. A {@link
 * ProxyServer} puts a listener in front of it; your existing server or a test can call it directly. Safe for use by
 * many threads.
 */
public final class Pipeline implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final Limits limits;
    private final Timeouts timeouts;
    private final TimeSource time;
    private final @Nullable Traces traces;
    private final ExchangeListener listener;
    private final LateListeners lateListeners = new LateListeners();
    private final Signal draining = new Signal();
    private final ErrorPages errorPages;
    private final @Nullable ClientResponseHook responseHook;
    private final OpenExchanges exchanges;
    /** How each exchange begins. */
    private final Exchange.Builder setup;

    private final List<ProxyFilter> filters;
    private final ProxyHandler chain;
    private final RouteMount mount;
    private final UnaryOperator<Routes> pathRules;
    private final boolean forwards;
    private final @Nullable Forwarding trusted;
    private volatile TrustedPeers peers = new TrustedPeers(List.of());
    private volatile List<Authentication> doors = List.of();
    private volatile Routes routes = Routes.of();

    Pipeline(PipelineBuilder<?> setup) {
        this.limits = setup.limits;
        this.timeouts = setup.timeouts;
        this.time = setup.time;
        this.traces = setup.tracing == null ? null : new Traces(setup.tracing, time, this::trusts);
        this.listener = new FailureLog(time)
                .and(setup.listener)
                .and(traces == null ? ExchangeListener.NONE : traces)
                .and(lateListeners);
        this.errorPages = new ErrorPages(setup.errorHandler);
        this.responseHook = setup.responseHook;
        this.exchanges = new OpenExchanges(new ClientShares(limits.exchanges(), limits.clientShare()));
        this.trusted = setup.trusted();
        this.setup = exchangeSetup();
        this.mount = setup.mount();
        this.pathRules = setup.pathRules();
        this.forwards = setup.forward != null;
        try {
            this.filters = mount.open(setup.filters());
            this.chain = assemble(mount.mount(setup.forward));
            mount.mount(pathRules.apply(Routes.of(setup.routes)), this::effect);
        } catch (RuntimeException | Error fault) {
            mount.close();
            throw fault;
        }
    }

    private Exchange.Builder exchangeSetup() {
        Exchange.Builder each = Exchange.builder(time)
                .onBegin(this::begun)
                .listener(listener)
                .put(Timeouts.class, timeouts)
                .put(Limits.class, limits)
                .put(ServerLoad.class, exchanges::counted)
                .put(ServerDrain.class, new ServerDrain(draining));
        if (traces != null) {
            each.put(Traces.class, traces);
        }
        return trusted == null ? each : each.put(Forwarding.class, trusted);
    }

    private void begun(Exchange exchange) {
        exchanges.add(exchange);
        if (traces != null) {
            traces.beginBeside(exchange);
        }
    }

    /** Logs mistakes in the routes. */
    void warnOfRoutes() {
        RouteWarnings.log(LOG, routes, forwards);
    }

    /** A builder without routes. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The way of a request, read from the last line up: from the outermost to the route's own filters and handler. The
     * steps that protect the server are outside of its filters but for those that add fields to every response, and so
     * is one more check whether the exchange is still wanted.
     */
    private ProxyHandler assemble(@Nullable ProxyHandler forward) {
        BodyLimit bodyLimit = new BodyLimit(limits.bodyBytes());
        ProxyHandler routed = request -> forward != null && isForeign(request)
                ? forward.handle(BodyLimit.fitting(request))
                : routes.handle(request);
        ProxyHandler wanted = request -> unlessLate(request, routed.handle(request));
        ProxyHandler filtered = around(wanted, filter -> !isOutside(filter));
        ProxyHandler guarded = request -> {
            limitExchanges(request);
            ProxyRequest own = forward != null && isForeign(request) ? request : own(request);
            return unlessLate(own, filtered.handle(bodyLimit.of(own)));
        };
        ProxyHandler everything = around(guarded, Pipeline::isOutside);
        return request -> {
            TrustedPeers believed = peers;
            believed.note(request);
            return everything.handle(believed.withoutUsers(forward == null ? request : complete(request)));
        };
    }

    /** HTTP/2 has no absolute form: without routes, each request is for the place that it names (RFC 9113 §8.3.1). */
    private ProxyRequest complete(ProxyRequest request) {
        RequestTarget target = request.target();
        Authority place = target.authority();
        if (request.version() != HttpVersion.HTTP_2
                || isForeign(request)
                || place == null
                || !routes.routes().isEmpty()) {
            return request;
        }
        return request.toBuilder()
                .target(new RequestTarget(
                        RequestTarget.Form.ABSOLUTE, target.scheme(), place, target.path(), target.query()))
                .build();
    }

    /** Returns whether a filter stands outside of the steps that protect the server. */
    private static boolean isOutside(ProxyFilter filter) {
        return filter.stage().compareTo(Stage.EVERY_RESPONSE) <= 0;
    }

    /** Some of the server's filters around a handler. Each sees any failure further inside as a page. */
    private ProxyHandler around(ProxyHandler inner, Predicate<ProxyFilter> which) {
        ProxyHandler handler = inner;
        for (int i = filters.size() - 1; i >= 0; i--) {
            if (which.test(filters.get(i))) {
                ProxyHandler within = handler;
                ProxyHandler paged = request -> errorPages.filter(request, within);
                handler = paged.with(filters.get(i));
            }
        }
        return handler;
    }

    /** Returns whether a request asks for another host by its target's form (RFC 9112 §3.2.2, §3.2.3). */
    private static boolean isForeign(ProxyRequest request) {
        RequestTarget.Form form = request.target().form();
        return form == RequestTarget.Form.ABSOLUTE || form == RequestTarget.Form.AUTHORITY;
    }

    /**
     * A request for routes must be for a host that its connection was set up for. Otherwise a TLS check for one host
     * would count for another (RFC 9110 §7.4, §15.5.20).
     */
    private static ProxyRequest own(ProxyRequest request) throws ProxyException {
        ServedHosts hosts = request.exchange().get(ServedHosts.class);
        Authority authority = request.target().authority();
        if (hosts != null && !hosts.serves(authority == null ? "" : authority.host())) {
            throw ProxyException.refused(
                    Outcome.BAD_REQUEST, 421, "the host of the request is not the one that the connection is for");
        }
        return request;
    }

    /** A response that comes after the exchange was cancelled, such as at its deadline, is not passed on. */
    private static ProxyResponse unlessLate(ProxyRequest request, ProxyResponse response) throws ProxyException {
        Exchange exchange = request.exchange();
        // A page may be the very answer to the cancellation.
        if (exchange.cancelled() != null && exchange.record().failure() == null) {
            response.close();
            exchange.check();
        }
        return response;
    }

    private void limitExchanges(ProxyRequest request) throws ProxyException {
        Exchange exchange = request.exchange();
        ForwardedClient client = exchange.record().forwardedClient();
        exchanges.limit(exchange, peers.counted(exchange.client(), client));
    }

    @Override
    public Limits limits() {
        return limits;
    }

    /** The timeouts of exchanges on routes that have none of their own. */
    public Timeouts timeouts() {
        return timeouts;
    }

    @Override
    public boolean trusts(InetAddress peer) {
        return peers.trusts(peer);
    }

    @Override
    public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
        return setup.begin(client, capabilities, interim, timeouts.total());
    }

    @Override
    public ProxyResponse serve(ProxyRequest request) {
        request.exchange().received(request);
        if (traces != null) {
            traces.begin(request.exchange(), request);
        }
        if (Grpc.is(request.headers())) {
            beginGrpc(request.exchange());
        }
        hideCredentials(request.exchange());
        ProxyResponse response = toClient(request.exchange(), errorPages.filter(request, chain));
        if (response.tunnel() != null) {
            exchanges.tunnelled(request.exchange());
        }
        return response;
    }

    @Override
    public ProxyResponse refuse(Exchange exchange, ProxyException why) {
        if (traces != null) {
            traces.begin(exchange, exchange.request());
        }
        hideCredentials(exchange);
        name(exchange);
        ProxyResponse page = errorPages.answer(exchange, exchange.request(), why);
        return toClient(exchange, changed(exchange, page, this::filteredPage));
    }

    /** Also of a request that a listener refuses. */
    private void hideCredentials(Exchange exchange) {
        try {
            for (Authentication door : doors) {
                door.hideCredentials(exchange.notes());
            }
        } catch (RuntimeException | Error fault) {
            LOG.error("an authenticator failed to hide where its credentials are", fault);
        }
    }

    /** The id is in the text of the page, so it is there before the page. */
    private void name(Exchange exchange) {
        try {
            for (ProxyFilter filter : filters) {
                if (Around.innermost(filter) instanceof RequestId ids) {
                    // It gives an exchange an id once.
                    ids.page(exchange, ProxyResponse.of(200));
                }
            }
        } catch (RuntimeException | Error fault) {
            LOG.error("a filter failed to name an exchange, which has no id", fault);
        }
    }

    /** A page outside of the filters, as they change it. */
    private ProxyResponse filteredPage(Exchange exchange, ProxyResponse page) {
        ProxyResponse changed = page;
        for (int i = filters.size() - 1; i >= 0; i--) {
            changed = filters.get(i).page(exchange, changed);
        }
        return changed;
    }

    private ProxyResponse toClient(Exchange exchange, ProxyResponse response) {
        ProxyResponse told = asClientKnows(exchange, response);
        return responseHook == null ? told : changed(exchange, told, responseHook);
    }

    /** A client of gRPC reads no page. */
    private static ProxyResponse asClientKnows(Exchange exchange, ProxyResponse response) {
        ProxyRequest request = exchange.request();
        ProxyException failure = exchange.record().failure();
        if (request == null || failure == null || response.status() < 400 || !Grpc.is(request.headers())) {
            return response;
        }
        return Grpc.answer(response, failure);
    }

    private ProxyResponse changed(Exchange exchange, ProxyResponse response, ClientResponseHook change) {
        try {
            return Objects.requireNonNull(change.apply(exchange, response), "a hook or a filter returned no response");
        } catch (Exception | Error fault) {
            response.close();
            return errorPages.answer(exchange, exchange.request(), ProxyException.of(fault));
        }
    }

    /** A call may be silent for long, and has the time that its client gives it. */
    private static void beginGrpc(Exchange exchange) {
        exchange.put(Timeouts.class, Grpc.timeouts(Timeouts.of(exchange)));
        long deadline = Grpc.deadlineNanos(exchange);
        if (deadline < exchange.deadlineNanos()) {
            exchange.deadline(deadline, Outcome.TOTAL_TIMEOUT);
        }
    }

    /** The routes that are in effect. */
    public Routes routes() {
        return routes;
    }

    /**
     * Replaces the whole table of routes at once. Exchanges in flight stay with the one they began with.
     *
     * @throws IllegalArgumentException if a route needs something that the server's transport cannot do, names an upstream
     *     that it cannot reach, or has a path without a variable that its handler needs; then nothing is changed
     */
    public void routes(Routes table) {
        mount.mount(pathRules.apply(table), this::effect);
    }

    private void effect(Routes mounted) {
        this.peers = TrustedPeers.of(trusted, mounted);
        // Also those of the routes: a filter of the server may refuse a request before its route is known.
        this.doors = Stream.concat(filters.stream(), mounted.filters().stream())
                .map(Around::innermost)
                .filter(Authentication.class::isInstance)
                .map(Authentication.class::cast)
                .distinct()
                .toList();
        this.routes = mounted;
    }

    /**
     * Adds a listener of exchanges to a pipeline that may be at work already. It hears the rest of those that have begun
     * before: their end without their beginning. One that is added twice is told twice.
     */
    public void addListener(ExchangeListener listener) {
        lateListeners.add(listener);
    }

    /** Takes a listener away that {@link #addListener} has added, once; has no effect if it is not there. */
    public void removeListener(ExchangeListener listener) {
        lateListeners.remove(listener);
    }

    /** The exchanges that have begun and not ended. */
    public int inFlight() {
        return exchanges.count();
    }

    /** Closes what was opened for the routes. Listeners of spans are told of those that have ended. */
    void unmount() {
        if (traces != null) {
            traces.flush();
        }
        mount.close();
    }

    /** Fires when the server begins to drain. */
    Signal draining() {
        return draining;
    }

    OpenExchanges exchanges() {
        return exchanges;
    }

    TimeSource time() {
        return time;
    }

    /** Collects the parts of a pipeline. For one thread. */
    public static final class Builder extends PipelineBuilder<Builder> {
        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** The pipeline. It logs routes that no request can reach, and a table without routes. */
        public Pipeline build() {
            Pipeline pipeline = new Pipeline(this);
            pipeline.warnOfRoutes();
            return pipeline;
        }
    }

    /**
     * Changes each final response to a client, from an upstream, a filter, or the server itself: error pages, also for
     * input that never became a request. Called once for each, from many threads at once.
     */
    @FunctionalInterface
    public interface ClientResponseHook {
        /**
         * The response to send, usually {@code response.toBuilder()…build()}. If this throws, the answer is a plain
         * error page with 500, to which the hook is not applied.
         *
         * @param exchange it has the request, or null if that could not be read; its record has the failure of an error
         *     page
         * @throws IOException if there is no response to send
         */
        ProxyResponse apply(Exchange exchange, ProxyResponse response) throws IOException;
    }
}
