package dev.sluice.proxy.reverse;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.attempt.Attempt;
import dev.sluice.proxy.attempt.AttemptLoop;
import dev.sluice.proxy.attempt.BodyWithTrailers;
import dev.sluice.proxy.cache.serve.CacheService;
import dev.sluice.proxy.cache.serve.Fetched;
import dev.sluice.proxy.cache.store.StoredHead.Origin;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.MaskedHead;
import dev.sluice.proxy.header.rule.OriginMapping;
import dev.sluice.proxy.header.rule.PassedTrailers;
import dev.sluice.proxy.header.rule.TrailerFields;
import dev.sluice.proxy.path.PathPrefixes;
import dev.sluice.proxy.path.RoutingPath;
import java.io.IOException;

/**
 * One request on its way through a {@link ReverseProxy}: its fields for every upstream, perhaps a cache, the attempts,
 * and the response as this client gets it.
 */
final class ReverseCall {
    private final ReverseProxy proxy;
    private final ProxyRequest incoming;
    private final Forwarding rule;
    private final ForwardedClient client;

    ReverseCall(ReverseProxy proxy, ProxyRequest incoming) {
        Exchange exchange = incoming.exchange();
        Forwarding server = exchange.get(Forwarding.class);
        this.proxy = proxy;
        this.incoming = incoming;
        this.rule = proxy.forwarding != null ? proxy.forwarding : server != null ? server : Forwarding.DEFAULT;
        this.client = rule.client(exchange.client(), incoming.target().authority(), incoming.headers());
    }

    ProxyResponse answer() throws IOException, InterruptedException {
        requireTunnels();
        Exchange exchange = incoming.exchange();
        if (rule.trusts(exchange.client().address().getAddress())) {
            exchange.notes().forwardedClient(client);
        }
        ProxyRequest clean = incoming.toBuilder()
                .headers(requestHeaders())
                .acceptsTrailers(incoming.acceptsTrailers() && carries(exchange, Capability.TRAILERS))
                .build();
        if (holdsSomething(incoming.body())) {
            exchange.onEnd(outcome -> incoming.body().close());
        }
        if (proxy.cache == null) {
            return shown(masked(fetched(clean)));
        }
        return isBelowAdded() ? cached(proxy.cache, clean) : past(proxy.cache, clean);
    }

    private Fetched fetched(ProxyRequest clean) throws ProxyException, InterruptedException {
        Fetched fetched = fetch(clean);
        incoming.exchange().notes().mended();
        return fetched;
    }

    /** The masks are for each client, so they are on top of what is stored. */
    private ProxyResponse cached(CacheService cache, ProxyRequest clean) throws IOException, InterruptedException {
        RequestTarget target = publicTarget();
        Fetched answer = cache.serve(clean, target, otherHost(), this::fetch);
        incoming.exchange().notes().mended();
        ProxyResponse masked = masked(answer);
        cache.answered(incoming, target, masked.status(), masked.headers());
        return shown(masked);
    }

    /** An answer that the cache neither gives nor stores; it still drops what it says is out of date. */
    private ProxyResponse past(CacheService cache, ProxyRequest clean) throws IOException, InterruptedException {
        ProxyResponse masked = masked(fetched(clean));
        ProxyRequest received = incoming.exchange().request();
        if (received != null && received.target().path().startsWith("/")) {
            RequestTarget target = received.target();
            RequestTarget asked =
                    target.at(client.scheme(), client.authority()).withPath(client.prefix() + target.path());
            cache.answered(incoming, asked, masked.status(), masked.headers());
        }
        return shown(masked);
    }

    /** The host that goes on, if it is not that of the target: a trusted peer may tell of another one. */
    private String otherHost() {
        Authority sent = incoming.target().authority();
        Authority told = client.authority();
        if (sent == null || !proxy.preserveHost || (told != null && sent.sameAs(told, client.scheme()))) {
            return "";
        }
        return sent.toString();
    }

    /** Only then is there one path of the client for each of the origin's; a filter may have changed the path. */
    private boolean isBelowAdded() {
        String added = PathPrefixes.of(incoming.exchange()).added();
        return incoming.target().path().startsWith(added);
    }

    /** What the client asks for, in its own terms: what a route has stripped of the path stands before it again. */
    private RequestTarget publicTarget() {
        RequestTarget target = incoming.target();
        String path = mapping(new Origin("http", null, "")).publicPath(target.path());
        return target.at(client.scheme(), client.authority()).withPath(path);
    }

    /**
     * Gets a response of an upstream, by attempts.
     *
     * @param clean the request as every upstream gets it; perhaps in another exchange than the client's
     */
    private Fetched fetch(ProxyRequest clean) throws ProxyException, InterruptedException {
        ProxyRequest received = received(clean);
        AttemptLoop loop = new AttemptLoop(
                clean,
                proxy.upstreams.attempts(received),
                proxy.replayLimit,
                (attempt, body) -> outgoing(received, clean, attempt, body));
        Attempt answered = loop.run();
        Upstream upstream = answered.lease().upstream();
        ProxyResponse response = answered.response();
        Headers headers = HopByHop.response(clean.method(), response.status(), response.headers(), false);
        return new Fetched(
                response.toBuilder().headers(headers).build(),
                Origin.of(upstream),
                answered.request().headers());
    }

    /** The client's request in the exchange of one that goes out; a cache refreshes by GET what a HEAD was answered from. */
    private ProxyRequest received(ProxyRequest clean) {
        if (clean.exchange() == incoming.exchange()) {
            return incoming;
        }
        ProxyRequest received = incoming.in(clean.exchange());
        return clean.method().equals(received.method())
                ? received
                : received.toBuilder().method(clean.method()).build();
    }

    /** The result of the response hook; trailers of fields that the hook has changed are left out. */
    private ProxyResponse shown(ProxyResponse masked) throws IOException, InterruptedException {
        BodyWithTrailers whole = new BodyWithTrailers(masked.body());
        ProxyResponse shown = proxy.responseHook.apply(
                incoming,
                incoming.acceptsTrailers() && masked.tunnel() == null
                        ? masked.toBuilder().body(whole).build()
                        : masked);
        whole.trailers(received -> TrailerFields.unchanged(received, masked.headers(), shown.headers()));
        return shown;
    }

    /** The fields that every upstream gets; the rules depend on this order. */
    private Headers requestHeaders() throws ProxyException {
        Exchange exchange = incoming.exchange();
        Headers headers = HopByHop.request(incoming.headers(), false);
        headers = proxy.maxForwards.apply(incoming.method(), headers);
        headers = rule.apply(
                headers,
                exchange.client(),
                incoming.target().authority(),
                PathPrefixes.of(exchange).stripped());
        headers = rule.applyUser(headers, exchange.record().principal());
        return proxy.via.request(headers, incoming.version());
    }

    /** The request for one attempt. */
    private ProxyRequest outgoing(ProxyRequest received, ProxyRequest clean, Attempt attempt, Body body)
            throws IOException {
        Upstream upstream = attempt.lease().upstream();
        if (carries(received.exchange(), Capability.INTERIM)) {
            OriginMapping mapping = mapping(Origin.of(upstream));
            attempt.scope().interimRule(fields -> interim(fields, mapping));
        }
        BodyWithTrailers whole = new BodyWithTrailers(body);
        ProxyRequest.Builder outgoing =
                clean.toBuilder().target(target(upstream)).body(body.length() == Body.UNKNOWN ? whole : body);
        try {
            proxy.rewrite.rewrite(received, outgoing);
        } catch (ProxyException why) {
            throw why;
        } catch (IOException cause) {
            throw new ProxyException(Outcome.FAILED, Delivery.NOT_SENT, "the rewrite hook failed: " + cause, cause);
        }
        ProxyRequest sent = outgoing.exchange(attempt.scope()).build();
        PassedTrailers passed = PassedTrailers.of(received.exchange());
        whole.trailers(trailers -> passed.apply(trailers, received.headers(), sent.headers()));
        if (holdsSomething(sent.body())) {
            attempt.scope().onEnd(outcome -> sent.body().close());
        }
        return sent;
    }

    private RequestTarget target(Upstream upstream) throws ProxyException {
        RequestTarget target = incoming.target()
                .at(upstream.scheme(), proxy.preserveHost ? incoming.target().authority() : upstream.authority());
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

    private Headers interim(Headers received, OriginMapping mapping) {
        Headers headers = HopByHop.response(incoming.method(), 103, received, false);
        return proxy.via.response(new MaskedHead(proxy.originMask, mapping).apply(headers), HttpVersion.HTTP_1_1);
    }

    /** The response as this client gets it, before the hook. */
    private ProxyResponse masked(Fetched fetched) {
        ProxyResponse response = fetched.response();
        Headers headers = new MaskedHead(proxy.originMask, mapping(fetched.origin())).apply(response.headers());
        return response.toBuilder()
                .headers(proxy.via.response(headers, response.version()))
                .build();
    }

    private OriginMapping mapping(Origin origin) {
        PathPrefixes prefixes = PathPrefixes.of(incoming.exchange());
        return new OriginMapping(
                client.scheme(),
                client.authority(),
                client.prefix() + prefixes.stripped(),
                origin.scheme(),
                origin.authority(),
                origin.basePath() + prefixes.added());
    }

    private void requireTunnels() throws ProxyException {
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
                && proxy.upstreams.capabilities().contains(capability);
    }
}
