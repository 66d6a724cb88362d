package dev.sluice.proxy.reverse;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.cache.serve.CacheAccess;
import dev.sluice.proxy.cache.serve.CacheService;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.MaxForwards;
import dev.sluice.proxy.internal.Require;
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
    // The rules, which each ReverseCall goes by.
    final UpstreamSource upstreams;
    final boolean preserveHost;
    final int replayLimit;
    final MaxForwards maxForwards;
    final @Nullable Forwarding forwarding;
    final Via via;
    final OriginMask originMask;
    final Rewrite rewrite;
    final ResponseHook responseHook;
    final @Nullable CacheService cache;
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
        this.cache = null;
        this.errorHandler = setup.errorHandler;
    }

    private ReverseProxy(ReverseProxy rules, UpstreamSource upstreams, @Nullable CacheService cache) {
        this.upstreams = upstreams;
        this.preserveHost = rules.preserveHost;
        this.replayLimit = rules.replayLimit;
        this.maxForwards = rules.maxForwards;
        this.forwarding = rules.forwarding;
        this.via = rules.via;
        this.originMask = rules.originMask;
        this.rewrite = rules.rewrite;
        this.responseHook = rules.responseHook;
        this.cache = cache;
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
        return new ReverseProxy(this, opened, cache);
    }

    /** This proxy with a cache before its attempts; {@code Route.path(…).cache(…)} does this for a route. */
    public ReverseProxy cachedBy(Cache store, CacheRules rules) {
        return new ReverseProxy(this, upstreams, CacheAccess.service(store, rules));
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
            return own.isPresent() ? own.get() : new ReverseCall(this, incoming).answer();
        } catch (ProxyException why) {
            ProxyResponse page = errorHandler == null ? null : errorHandler.answer(incoming, why);
            if (page == null) {
                throw why;
            }
            incoming.exchange().notes().failed(why);
            return page;
        }
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
