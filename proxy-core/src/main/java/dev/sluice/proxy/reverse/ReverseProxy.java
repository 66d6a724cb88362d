package dev.sluice.proxy.reverse;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.attempt.Attempt;
import dev.sluice.proxy.attempt.AttemptLoop;
import dev.sluice.proxy.attempt.BodyWithTrailers;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.MaskedHead;
import dev.sluice.proxy.header.rule.MaxForwards;
import dev.sluice.proxy.header.rule.OriginMapping;
import dev.sluice.proxy.header.rule.PassedTrailers;
import dev.sluice.proxy.header.rule.TrailerFields;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.path.PathPrefixes;
import dev.sluice.proxy.path.RoutingPath;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.transport.url.UrlUpstream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The handler at the end of a route: it sends the request to an upstream and passes the response back. Both are
 * streamed. The header rules of HTTP for a gateway are applied on the way, again for each attempt, as the upstream may
 * differ. Immutable, and safe for use by many threads.
 */
public final class ReverseProxy implements ProxyHandler, Openable<ProxyHandler> {
    private final UpstreamSource upstreams;
    private final boolean preserveHost;
    private final int replayLimit;
    private final MaxForwards maxForwards;
    private final @Nullable Forwarding forwarding;
    private final Via via;
    private final OriginMask originMask;
    private final Rewrite rewrite;
    private final ResponseHook responseHook;
    private final @Nullable ErrorHandler errorHandler;

    private ReverseProxy(Builder setup) {
        this.upstreams = setup.upstreams;
        this.preserveHost = setup.preserveHost;
        this.replayLimit = setup.replayLimit;
        this.maxForwards = new MaxForwards(setup.trace);
        this.forwarding = setup.forwarding;
        this.via = setup.via;
        this.originMask = setup.originMask;
        this.rewrite = setup.rewrite;
        this.responseHook = setup.responseHook;
        this.errorHandler = setup.errorHandler;
    }

    private ReverseProxy(ReverseProxy rules, UpstreamSource upstreams) {
        this.upstreams = upstreams;
        this.preserveHost = rules.preserveHost;
        this.replayLimit = rules.replayLimit;
        this.maxForwards = rules.maxForwards;
        this.forwarding = rules.forwarding;
        this.via = rules.via;
        this.originMask = rules.originMask;
        this.rewrite = rules.rewrite;
        this.responseHook = rules.responseHook;
        this.errorHandler = rules.errorHandler;
    }

    /**
     * A proxy to one server, with the default rules. If a server that names a transport has this proxy in a route, that
     * transport opens the upstream when the server is built; otherwise it goes over {@link
     * dev.sluice.proxy.transport.direct.DirectTransport#shared()}.
     *
     * @param uri {@code http://host[:port][/path]} or {@code https://…}; the path comes before that of each request
     * @throws IllegalArgumentException if it is not of this form; the message shows it
     */
    public static ReverseProxy to(String uri) {
        return to(new UrlUpstream(uri));
    }

    /** A proxy to one upstream, with the default rules. */
    public static ReverseProxy to(Upstream upstream) {
        return builder(upstream).build();
    }

    /** A proxy to a pool, with the default rules. */
    public static ReverseProxy to(UpstreamSource upstreams) {
        return builder(upstreams).build();
    }

    /** A builder with the default rules, to one upstream. */
    public static Builder builder(Upstream upstream) {
        return builder(UpstreamSource.of(upstream));
    }

    /** A builder with the default rules, to a pool. */
    public static Builder builder(UpstreamSource upstreams) {
        return new Builder(upstreams);
    }

    /**
     * A builder with the default rules, to one server as for {@link #to(String)}.
     *
     * @throws IllegalArgumentException as {@link #to(String)} does
     */
    public static Builder builder(String uri) {
        return builder(new UrlUpstream(uri));
    }

    /** What the upstream learns about the client, and which peers are trusted; null if the server's rule applies. */
    public @Nullable Forwarding forwarding() {
        return forwarding;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also if the Host is preserved, and this transport cannot send another one
     */
    @Override
    public ReverseProxy openedBy(UpstreamOpener transport) {
        UpstreamSource opened = Openable.open(upstreams, transport);
        requireHost(opened, preserveHost);
        return new ReverseProxy(this, opened);
    }

    private static void requireHost(UpstreamSource upstreams, boolean preserveHost) {
        if (preserveHost && !upstreams.capabilities().contains(Capability.HOST)) {
            throw new IllegalArgumentException("preserveHost needs upstreams that can send another Host;"
                    + " the JDK's HTTP client can when the JVM is started with"
                    + " -Djdk.httpclient.allowRestrictedHeaders=host");
        }
    }

    /**
     * Sends the request on.
     *
     * @throws ProxyException if no upstream gives a response that can be passed on, with the last failure's outcome;
     *     or if the request is refused by a rule
     * @throws IOException what a hook throws
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    @Override
    public ProxyResponse handle(ProxyRequest incoming) throws IOException, InterruptedException {
        try {
            Optional<ProxyResponse> own = maxForwards.answer(incoming);
            return own.isPresent() ? own.get() : forward(incoming);
        } catch (ProxyException why) {
            ProxyResponse page = errorHandler == null ? null : errorHandler.answer(incoming, why);
            if (page == null) {
                throw why;
            }
            incoming.exchange().notes().failed(why);
            return page;
        }
    }

    private ProxyResponse forward(ProxyRequest incoming) throws IOException, InterruptedException {
        requireTunnels(incoming);
        Forwarding rule = rule(incoming.exchange());
        ForwardedClient client =
                rule.client(incoming.exchange().client(), incoming.target().authority(), incoming.headers());
        if (rule.trusts(incoming.exchange().client().address().getAddress())) {
            incoming.exchange().notes().forwardedClient(client);
        }
        ProxyRequest clean = incoming.toBuilder()
                .headers(requestHeaders(incoming))
                .acceptsTrailers(incoming.acceptsTrailers() && carries(incoming.exchange(), Capability.TRAILERS))
                .build();
        if (holdsSomething(incoming.body())) {
            incoming.exchange().onEnd(outcome -> incoming.body().close());
        }
        AttemptLoop loop = new AttemptLoop(
                incoming,
                upstreams.attempts(incoming),
                replayLimit,
                (attempt, body) -> outgoing(incoming, client, clean, attempt, body));
        Attempt answered = loop.run();
        incoming.exchange().notes().mended();
        return shown(incoming, cleaned(incoming, client, answered));
    }

    /** The result of the response hook; trailers of fields that the hook has changed are left out. */
    private ProxyResponse shown(ProxyRequest incoming, ProxyResponse cleaned) throws IOException, InterruptedException {
        BodyWithTrailers whole = new BodyWithTrailers(cleaned.body());
        ProxyResponse shown = responseHook.apply(
                incoming,
                incoming.acceptsTrailers() && cleaned.tunnel() == null
                        ? cleaned.toBuilder().body(whole).build()
                        : cleaned);
        whole.trailers(received -> TrailerFields.unchanged(received, cleaned.headers(), shown.headers()));
        return shown;
    }

    /** The fields that every upstream gets; the rules depend on this order. */
    private Headers requestHeaders(ProxyRequest incoming) throws ProxyException {
        String strippedPrefix = PathPrefixes.of(incoming.exchange()).stripped();
        Headers headers = HopByHop.request(incoming.headers(), false);
        headers = maxForwards.apply(incoming.method(), headers);
        Exchange exchange = incoming.exchange();
        Forwarding rule = rule(exchange);
        headers = rule.apply(headers, exchange.client(), incoming.target().authority(), strippedPrefix);
        headers = rule.applyUser(headers, exchange.record().principal());
        return via.request(headers, incoming.version());
    }

    private Forwarding rule(Exchange exchange) {
        Forwarding server = exchange.get(Forwarding.class);
        return forwarding != null ? forwarding : server != null ? server : Forwarding.DEFAULT;
    }

    /** The request for one attempt. */
    private ProxyRequest outgoing(
            ProxyRequest incoming, ForwardedClient client, ProxyRequest clean, Attempt attempt, Body body)
            throws IOException {
        Upstream upstream = attempt.lease().upstream();
        if (carries(incoming.exchange(), Capability.INTERIM)) {
            OriginMapping mapping = mapping(incoming, client, upstream);
            attempt.scope().interimRule(fields -> interim(incoming, fields, mapping));
        }
        BodyWithTrailers whole = new BodyWithTrailers(body);
        ProxyRequest.Builder outgoing =
                clean.toBuilder().target(target(incoming, upstream)).body(body.length() == Body.UNKNOWN ? whole : body);
        try {
            rewrite.rewrite(incoming, outgoing);
        } catch (ProxyException why) {
            throw why;
        } catch (IOException cause) {
            throw new ProxyException(Outcome.FAILED, Delivery.NOT_SENT, "the rewrite hook failed: " + cause, cause);
        }
        ProxyRequest sent = outgoing.exchange(attempt.scope()).build();
        PassedTrailers passed = PassedTrailers.of(incoming.exchange());
        whole.trailers(received -> passed.apply(received, incoming.headers(), sent.headers()));
        if (holdsSomething(sent.body())) {
            attempt.scope().onEnd(outcome -> sent.body().close());
        }
        return sent;
    }

    private RequestTarget target(ProxyRequest incoming, Upstream upstream) throws ProxyException {
        RequestTarget target = incoming.target()
                .at(upstream.scheme(), preserveHost ? incoming.target().authority() : upstream.authority());
        // Without a route before it nobody has checked the path, and "/../x" would leave the base path.
        return target.form() == RequestTarget.Form.ORIGIN
                ? target.withPath(
                        upstream.basePath() + RoutingPath.of(target.path()).outgoing())
                : target;
    }

    /** Most requests have no body, and then there is nothing to be closed. */
    private static boolean holdsSomething(Body body) {
        return body.length() != 0 || !body.repeatable();
    }

    private Headers interim(ProxyRequest incoming, Headers received, OriginMapping mapping) {
        Headers headers = HopByHop.response(incoming.method(), 103, received, false);
        return via.response(new MaskedHead(originMask, mapping).apply(headers), HttpVersion.HTTP_1_1);
    }

    /** The response as the client gets it, before the hook. */
    private ProxyResponse cleaned(ProxyRequest incoming, ForwardedClient client, Attempt answered) {
        ProxyResponse response = answered.response();
        Headers headers = HopByHop.response(incoming.method(), response.status(), response.headers(), false);
        headers = new MaskedHead(
                        originMask, mapping(incoming, client, answered.lease().upstream()))
                .apply(headers);
        headers = via.response(headers, response.version());
        return response.toBuilder().headers(headers).build();
    }

    private static OriginMapping mapping(ProxyRequest incoming, ForwardedClient client, Upstream upstream) {
        PathPrefixes prefixes = PathPrefixes.of(incoming.exchange());
        return new OriginMapping(
                client.scheme(),
                client.authority(),
                client.prefix() + prefixes.stripped(),
                upstream.scheme(),
                upstream.authority(),
                upstream.basePath() + prefixes.added());
    }

    private void requireTunnels(ProxyRequest incoming) throws ProxyException {
        if (incoming.target().form() == RequestTarget.Form.AUTHORITY) {
            throw ProxyException.refused(Outcome.NOT_SUPPORTED, "CONNECT is for a forward proxy");
        }
        if (incoming.upgrade() != null && !carries(incoming.exchange(), Capability.TUNNEL)) {
            throw ProxyException.refused(
                    Outcome.NOT_SUPPORTED,
                    "upgrade to " + incoming.upgrade() + " needs " + Capability.TUNNEL.label()
                            + ", which this transport cannot carry");
        }
    }

    /** Whether both sides can do it. */
    private boolean carries(Exchange exchange, Capability capability) {
        return exchange.capabilities().contains(capability)
                && upstreams.capabilities().contains(capability);
    }

    /** Collects the rules of a reverse proxy. For one thread. */
    public static final class Builder {
        private final UpstreamSource upstreams;
        private boolean preserveHost;
        private int replayLimit = 64 * 1024;
        private boolean trace;
        private @Nullable Forwarding forwarding;
        private Via via = Via.unique(new SecureRandom());
        private OriginMask originMask = OriginMask.DEFAULT;
        private Rewrite rewrite = (incoming, outgoing) -> {};
        private ResponseHook responseHook = (incoming, response) -> response;
        private @Nullable ErrorHandler errorHandler;

        private Builder(UpstreamSource upstreams) {
            this.upstreams = upstreams;
        }

        /**
         * Whether the client's own {@code Host} is sent on; false by default: the upstream's is sent, and the client's is in
         * X-Forwarded-Host.
         */
        public Builder preserveHost(boolean on) {
            this.preserveHost = on;
            return this;
        }

        /**
         * Sets how many bytes of a request's body are kept for another attempt; 64 KiB by default. Once more of the
         * body has been read there is no other attempt, and the record says so.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder replayLimit(int bytes) {
            Require.notNegative("replayLimit", bytes);
            this.replayLimit = bytes;
            return this;
        }

        /**
         * Sets whether TRACE goes on, as far as {@code Max-Forwards} says (RFC 9110 §7.6.2). By default it is answered
         * with 405: this is safe, as the answer to TRACE repeats the client's fields and those that proxies added.
         */
        public Builder allowTrace(boolean allowed) {
            this.trace = allowed;
            return this;
        }

        /**
         * Sets what the upstream learns about the client, and which peers are trusted. By default those are the peers
         * that the server {@linkplain dev.sluice.proxy.server.ProxyServer.Builder#trust trusts}, else {@link
         * Forwarding#DEFAULT} holds.
         */
        public Builder forwarding(Forwarding rule) {
            this.forwarding = Objects.requireNonNull(rule, "forwarding");
            return this;
        }

        /** Sets this proxy's entry in {@code Via}; a random name by default. */
        public Builder via(Via rule) {
            this.via = Objects.requireNonNull(rule, "via");
            return this;
        }

        /** Sets what the client sees of the upstream; {@link OriginMask#DEFAULT} by default. */
        public Builder originMask(OriginMask rule) {
            this.originMask = Objects.requireNonNull(rule, "originMask");
            return this;
        }

        /** Changes each request that goes out; nothing by default. */
        public Builder rewrite(Rewrite hook) {
            this.rewrite = Objects.requireNonNull(hook, "rewrite");
            return this;
        }

        /** Changes each response that goes back; nothing by default. A second hook gets the result of the first. */
        public Builder onResponse(ResponseHook hook) {
            Objects.requireNonNull(hook, "onResponse");
            ResponseHook before = responseHook;
            this.responseHook = (incoming, response) -> hook.apply(incoming, before.apply(incoming, response));
            return this;
        }

        /**
         * Makes the page for failures here. By default, and if it returns null, the pipeline makes it. The filters of
         * the route then see the page instead of the exception. The handler always gets the request.
         */
        public Builder onError(ErrorHandler handler) {
            this.errorHandler = Objects.requireNonNull(handler, "onError");
            return this;
        }

        /**
         * The proxy.
         *
         * @throws IllegalArgumentException if {@link #preserveHost(boolean)} is set and the upstreams cannot send another
         *     Host; the message says what would help
         */
        public ReverseProxy build() {
            requireHost(upstreams, preserveHost);
            return new ReverseProxy(this);
        }
    }

    /** Changes a request before it goes to an upstream. Called for each attempt, from many threads at once. */
    @FunctionalInterface
    public interface Rewrite {
        /**
         * Changes {@code outgoing}; the header rules have been applied to it, and its target is that of the upstream.
         *
         * @param incoming as it came to the proxy; read-only, and its body must not be opened
         * @throws IOException if the request cannot be sent; nothing has been sent yet
         */
        void rewrite(ProxyRequest incoming, ProxyRequest.Builder outgoing) throws IOException;
    }

    /** Changes a response before it goes to the client. Called once for each exchange, from many threads at once. */
    @FunctionalInterface
    public interface ResponseHook {
        /**
         * The response to pass on, usually {@code response.toBuilder()…build()}; the header rules have been applied to it.
         *
         * @param incoming the request as it came to the proxy
         * @throws IOException if there is no response to pass on
         */
        ProxyResponse apply(ProxyRequest incoming, ProxyResponse response) throws IOException;
    }
}
