package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.attempt.Attempt;
import dev.sluice.proxy.attempt.AttemptLoop;
import dev.sluice.proxy.attempt.BodyWithTrailers;
import dev.sluice.proxy.cache.serve.CacheService;
import dev.sluice.proxy.cache.serve.Fetched;
import dev.sluice.proxy.cache.serve.OriginFetch;
import dev.sluice.proxy.cache.store.StoredHead.Origin;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.header.rule.PassedTrailers;
import dev.sluice.proxy.scope.Admitted;
import dev.sluice.proxy.scope.ClientsChoice;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A forward proxy: it goes where the client says, by a target in absolute form ({@code GET http://host/path}), or by
 * CONNECT, which opens a tunnel. A server has it beside the routes, which still serve requests in origin form:
 *
 * <pre>{@code
 * ProxyServer server = ProxyServer.builder()
 *         .port(3128)
 *         .forward(ForwardProxy.builder().deny("*.internal.example").build())
 *         .build()
 *         .start();
 * }</pre>
 *
 * <p>HTTP/2 has no absolute form. There a request is for the proxy if its scheme is not that of the connection, as a browser's
 * are for pages without TLS, or if the server has no routes (RFC 9113 §8.3.1).
 *
 * <p>By default it goes only to public addresses, with CONNECT only to port 443, and never to the listener that the
 * client used. It checks addresses after it has resolved the name, and connects to exactly the address that it checked.
 * A refusal is answered with 403, and says only whether it was for the client, the port or the destination. Rules are
 * asked in this order: the client's address, authentication, the form of the request, its port, its host, and, once it
 * is resolved, each address.
 *
 * <p>A filter of the server sees each request and each CONNECT that has entered, which it can refuse or change; one at {@link
 * Stage#BEFORE_AUTHENTICATION} or further outside sees also those that have not; what opens is a {@link
 * ProxyResponse#tunnel()}. The exchange ends with the tunnel:
 *
 * <pre>{@code
 * ProxyFilter tunnels = (request, next) -> {
 *     ProxyResponse response = next.handle(request);
 *     if (response.tunnel() != null) {
 *         Exchange exchange = request.exchange();
 *         long opened = exchange.time().nanos();
 *         exchange.onEnd(outcome -> log.info("{}: {} bytes up, {} bytes down, {} ms, {}",
 *                 request.target(),
 *                 exchange.record().requestBytes(),
 *                 exchange.record().responseBytes(),
 *                 (exchange.time().nanos() - opened) / 1_000_000,
 *                 outcome));
 *     }
 *     return response;
 * };
 * }</pre>
 *
 * <p>An {@link dev.sluice.proxy.ExchangeListener} finds the same in the record when the exchange has ended, with
 * {@code headNanos()} and {@code endNanos()} for the duration. The tunnel's idle timeout is {@link
 * dev.sluice.proxy.limit.Timeouts#tunnel()}.
 *
 * <p>Redirects, cookies and everything else from an origin stay as they are. Immutable, and safe for use by many
 * threads.
 */
public final class ForwardProxy implements ProxyHandler, Openable<ProxyHandler> {
    private final Access access;
    private final @Nullable ProxyAuthentication authentication;
    private final HeaderRules rules;
    private final Function<DirectTransport, Exits> opens;
    private final @Nullable DirectTransport named;
    private final @Nullable CacheService cache;
    private final Exits exits;

    /**
     * A proxy with these rules.
     *
     * @param opens makes the ways out over a transport
     * @param named the transport that was set, or null for that of the server
     * @param cache for what is not a tunnel, or null
     */
    ForwardProxy(
            Access access,
            @Nullable ProxyAuthentication authentication,
            HeaderRules rules,
            Function<DirectTransport, Exits> opens,
            @Nullable DirectTransport named,
            @Nullable CacheService cache) {
        this.access = access;
        this.authentication = authentication;
        this.rules = rules;
        this.opens = opens;
        this.named = named;
        this.cache = cache;
        this.exits = opens.apply(named == null ? DirectTransport.shared() : named);
    }

    /** A builder with the default rules. */
    public static Builder builder() {
        return new Builder();
    }

    /** Tunnels, for CONNECT. */
    @Override
    public Set<Capability> needs() {
        return Set.of(Capability.TUNNEL);
    }

    /** This proxy over the server's transport, if that is a direct one and the proxy itself has none. */
    @Override
    public ForwardProxy openedBy(UpstreamOpener transport) {
        return named == null && transport instanceof DirectTransport direct
                ? new ForwardProxy(access, authentication, rules, opens, direct, cache)
                : this;
    }

    /**
     * Sends the request on.
     *
     * @return the destination's response, or a tunnel to it
     * @throws ProxyException if a rule refuses the request: with REFUSED and 403 or 407, or LOOP and 508; if it is in
     *     origin form, or a CONNECT without a port: BAD_REQUEST; if the listener cannot carry a tunnel: NOT_SUPPORTED; or
     *     if the destination gives no response
     * @throws IOException what an {@link dev.sluice.proxy.auth.Authenticator} throws with an outcome of its own
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    @Override
    public ProxyResponse handle(ProxyRequest received) throws IOException, InterruptedException {
        ProxyRequest request = entered(received);
        AddressRule addresses = access.requireDestination(request);
        Optional<ProxyResponse> own = rules.maxForwards().answer(request);
        return own.isPresent() ? own.get() : forward(request, addresses);
    }

    /**
     * What the proxy does first, as a filter at {@link Stage#AUTHENTICATION}: it asks who sends a request for another host,
     * and lets all others pass. A server adds it to its own filters, so that those behind it, such as limits, know the
     * principal.
     */
    public ProxyFilter entrance() {
        ProxyFilter filter = (request, next) -> {
            RequestTarget.Form form = request.target().form();
            boolean foreign = form == RequestTarget.Form.ABSOLUTE || form == RequestTarget.Form.AUTHORITY;
            return next.handle(foreign ? entered(request) : request);
        };
        return filter.at(Stage.AUTHENTICATION);
    }

    /** A request that has entered; {@code opens} is the same for this proxy over each transport. */
    private record Entered(Function<DirectTransport, Exits> by) {}

    /** Lets the request enter, once in its exchange. */
    private ProxyRequest entered(ProxyRequest received) throws IOException, InterruptedException {
        Exchange exchange = received.exchange();
        Entered before = exchange.get(Entered.class);
        if (before != null && before.by().equals(opens)) {
            return received;
        }
        exchange.notes().route("forward");
        noteClient(received);
        access.requireClient(received);
        ProxyRequest admitted = authentication == null ? received : authentication.admit(received);
        exchange.put(Entered.class, new Entered(opens));
        exchange.put(ClientsChoice.class, ClientsChoice.YES);
        return admitted;
    }

    private ProxyResponse forward(ProxyRequest incoming, AddressRule addresses)
            throws IOException, InterruptedException {
        Authority authority = Objects.requireNonNull(incoming.target().authority());
        Exit exit = exits.to(authority.host());
        Upstream upstream = exit.upstream(authority, incoming.target().scheme(), addresses);
        boolean relays = exit.relaysCredentials();
        if (relays && incoming.headers().has("Proxy-Authorization")) {
            // The parent answers this user: a cache must not take it for an answer to anybody.
            Admitted.note(incoming.exchange());
        }
        ProxyRequest outgoing = incoming.toBuilder()
                .headers(exit.fields(rules.request(incoming, relays)))
                .acceptsTrailers(
                        incoming.acceptsTrailers() && carries(incoming.exchange(), upstream, Capability.TRAILERS))
                .build();
        incoming.exchange().onEnd(outcome -> incoming.body().close());
        OriginFetch origin = request -> attempted(incoming, upstream, request);
        boolean tunnel = incoming.target().form() == RequestTarget.Form.AUTHORITY;
        ProxyResponse response = (cache == null || tunnel
                        ? origin.fetch(outgoing)
                        : cache.serve(outgoing, incoming.target(), "", origin))
                .response();
        incoming.exchange().notes().mended();
        if (cache != null) {
            cache.answered(incoming, incoming.target(), response.status(), response.headers());
        }
        if (response.status() == 407 && exit instanceof Exit.Parent parent && !relays) {
            response.close();
            throw new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    "parent proxy " + parent.proxy() + " did not accept the credentials that it was sent");
        }
        return exit instanceof Exit.Direct && tunnel ? response : returned(incoming, response, relays);
    }

    /** The response to what goes out, of the attempts that the upstream decides about. */
    private Fetched attempted(ProxyRequest incoming, Upstream upstream, ProxyRequest outgoing)
            throws ProxyException, InterruptedException {
        Attempt answered = new AttemptLoop(
                        outgoing, UpstreamSource.of(upstream).attempts(outgoing), 0, (attempt, body) -> {
                            attempt.scope().interimRule(fields -> interim(incoming, fields));
                            return outgoing.toBuilder()
                                    .headers(rules.silent() ? outgoing.headers() : attempt.traced(outgoing.headers()))
                                    .body(withPassedTrailers(body, incoming, outgoing))
                                    .exchange(attempt.scope())
                                    .build();
                        })
                .run();
        return new Fetched(
                answered.response(), Origin.of(upstream), answered.request().headers());
    }

    /** From the fields of proxies before this one only the client's address is used: the target is absolute. */
    private void noteClient(ProxyRequest request) {
        Client client = request.exchange().client();
        if (rules.trusting().trusts(client.address().getAddress())) {
            ForwardedClient own = ForwardedClient.of(client, request.target().authority());
            request.exchange()
                    .notes()
                    .forwardedClient(new ForwardedClient(
                            rules.trusting().clientAddress(client, request.headers()),
                            own.scheme(),
                            own.authority(),
                            own.prefix()));
        }
    }

    private static Body withPassedTrailers(Body body, ProxyRequest incoming, ProxyRequest outgoing) {
        if (body.length() != Body.UNKNOWN) {
            return body;
        }
        BodyWithTrailers whole = new BodyWithTrailers(body);
        PassedTrailers passed = PassedTrailers.of(incoming.exchange());
        whole.trailers(received -> passed.apply(received, incoming.headers(), outgoing.headers()));
        return whole;
    }

    private Headers interim(ProxyRequest incoming, Headers fields) {
        return rules.response(incoming.method(), 103, fields, HttpVersion.HTTP_1_1, false);
    }

    private ProxyResponse returned(ProxyRequest incoming, ProxyResponse response, boolean relays) {
        Headers headers =
                rules.response(incoming.method(), response.status(), response.headers(), response.version(), relays);
        return response.toBuilder().headers(headers).build();
    }

    /** Whether both sides can do it. */
    private static boolean carries(Exchange exchange, Upstream upstream, Capability capability) {
        return exchange.capabilities().contains(capability)
                && upstream.capabilities().contains(capability);
    }

    /** Collects the rules of a {@link ForwardProxy}. For one thread. */
    public static final class Builder extends ForwardProxyBuilder {
        Builder() {}

        @Override
        Builder self() {
            return this;
        }
    }

    /**
     * What the next server learns about the client from the proxy. With any masking, the client's own fields for the
     * origin, such as {@code Cookie}, {@code User-Agent} and {@code Referer}, go on, and nothing within a tunnel is
     * changed.
     */
    public enum Masking {
        /**
         * Shows the client and the proxies: {@code X-Forwarded-For} with the client's address, and {@code Via} (RFC 9110
         * §7.6.3), which also finds loops.
         */
        TRANSPARENT,
        /**
         * Shows that there is a proxy, but nothing about the client: {@code Via} names this proxy and all before it {@code
         * proxy}; fields that carry a client's address ({@code Forwarded}, {@code X-Forwarded-*}, {@code X-Real-IP}, {@code
         * Client-IP} and others) or its user's ({@code From}) are dropped. Loops are not noticed.
         */
        ANONYMOUS,
        /**
         * Shows nothing: like {@link #ANONYMOUS}, and without any {@code Via}, of this proxy or of those before it,
         * although RFC 9110 §7.6.3 asks for one.
         */
        SILENT
    }
}
