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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a {@link ReverseProxy}: its fields for every upstream, perhaps a cache, the attempts,
 * and the response as this client gets it.
 */
final class ReverseCall {
    private final ReverseProxy proxy;
    private final ProxyRequest incoming;
    private final Forwarding rule;
    /** Found when first needed: most responses say nothing that depends on it. */
    private @Nullable ForwardedClient client;

    ReverseCall(ReverseProxy proxy, ProxyRequest incoming) {
        Exchange exchange = incoming.exchange();
        Forwarding server = exchange.get(Forwarding.class);
        this.proxy = proxy;
        this.incoming = incoming;
        this.rule = proxy.forwarding != null ? proxy.forwarding : server != null ? server : Forwarding.DEFAULT;
    }

    private ForwardedClient client() {
        ForwardedClient known = client;
        if (known == null) {
            known = rule.client(incoming.exchange().client(), incoming.target().authority(), incoming.headers());
            client = known;
        }
        return known;
    }

    ProxyResponse answer() throws IOException, InterruptedException {
        requireTunnels();
        Exchange exchange = incoming.exchange();
        if (rule.trusts(exchange.client().address().getAddress())) {
            exchange.notes().forwardedClient(client());
        }
        Headers headers = requestHeaders();
        if (holdsSomething(incoming.body())) {
            exchange.onEnd(outcome -> incoming.body().close());
        }
        if (proxy.cache == null) {
            Attempt answered = attempted(incoming, incoming, headers);
            exchange.notes().mended();
            return shown(masked(ended(incoming, answered.response()), () -> mapping(Origin.of(answered.upstream()))));
        }
        ProxyRequest clean = incoming.toBuilder().headers(headers).build();
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
                    target.at(client().scheme(), client().authority()).withPath(client().prefix() + target.path());
            cache.answered(incoming, asked, masked.status(), masked.headers());
        }
        return shown(masked);
    }

    /** The host that goes on, if it is not that of the target: a trusted peer may tell of another one. */
    private String otherHost() {
        Authority sent = incoming.target().authority();
        Authority told = client().authority();
        if (sent == null || !proxy.preserveHost || (told != null && sent.sameAs(told, client().scheme()))) {
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
        return target.at(client().scheme(), client().authority()).withPath(path);
    }

    /**
     * Gets a response of an upstream, by attempts.
     *
     * @param received the client's request, perhaps in another exchange
     * @param asked the same, or what a cache asks for instead
     * @param headers its fields as every upstream gets them
     */
    private Attempt attempted(ProxyRequest received, ProxyRequest asked, Headers headers)
            throws ProxyException, InterruptedException {
        return new AttemptLoop(
                        asked,
                        proxy.upstreams.attempts(received),
                        proxy.replayLimit,
                        (attempt, body) -> outgoing(received, asked, headers, attempt, body))
                .run();
    }

    /** The same for a cache. */
    private Fetched fetch(ProxyRequest clean) throws ProxyException, InterruptedException {
        Attempt answered = attempted(received(clean), clean, clean.headers());
        return new Fetched(
                ended(clean, answered.response()),
                Origin.of(answered.upstream()),
                answered.request().headers());
    }

    /** A response without the fields that end here, which a filter of the upstream may have added. */
    private static ProxyResponse ended(ProxyRequest clean, ProxyResponse response) {
        return with(response, HopByHop.response(clean.method(), response.status(), response.headers(), false));
    }

    @SuppressWarnings("ReferenceEquality") // rules return the fields themselves if they have nothing to change
    private static ProxyResponse with(ProxyResponse response, Headers headers) {
        return headers == response.headers()
                ? response
                : response.toBuilder().headers(headers).build();
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
        if (!incoming.acceptsTrailers() || masked.tunnel() != null) {
            return proxy.responseHook.apply(incoming, masked);
        }
        BodyWithTrailers whole = new BodyWithTrailers(masked.body());
        ProxyResponse shown = proxy.responseHook.apply(
                incoming, masked.toBuilder().body(whole).build());
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
    private ProxyRequest outgoing(
            ProxyRequest received, ProxyRequest asked, Headers headers, Attempt attempt, Body body) throws IOException {
        Upstream upstream = attempt.upstream();
        if (carries(received.exchange(), Capability.INTERIM)) {
            attempt.scope().interimRule(fields -> interim(fields, upstream));
        }
        BodyWithTrailers whole = body.length() == Body.UNKNOWN ? new BodyWithTrailers(body) : null;
        ProxyRequest.Builder outgoing = asked.toBuilder()
                .target(target(upstream))
                .headers(attempt.traced(headers))
                .body(whole == null ? body : whole)
                .acceptsTrailers(asked.acceptsTrailers() && carries(incoming.exchange(), Capability.TRAILERS));
        try {
            proxy.rewrite.rewrite(received, outgoing);
        } catch (ProxyException why) {
            throw why;
        } catch (IOException cause) {
            throw new ProxyException(Outcome.FAILED, Delivery.NOT_SENT, "the rewrite hook failed: " + cause, cause);
        }
        ProxyRequest sent = outgoing.exchange(attempt.scope()).build();
        if (whole != null) {
            PassedTrailers passed = PassedTrailers.of(received.exchange());
            whole.trailers(trailers -> passed.apply(trailers, received.headers(), sent.headers()));
        }
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

    private Headers interim(Headers received, Upstream upstream) {
        Headers headers = HopByHop.response(incoming.method(), 103, received, false);
        return masked(headers, HttpVersion.HTTP_1_1, () -> mapping(Origin.of(upstream)));
    }

    /** The response as this client gets it, before the hook. */
    private ProxyResponse masked(ProxyResponse response, Supplier<OriginMapping> mapping) {
        return with(response, masked(response.headers(), response.version(), mapping));
    }

    private ProxyResponse masked(Fetched fetched) {
        return masked(fetched.response(), () -> mapping(fetched.origin()));
    }

    private Headers masked(Headers headers, HttpVersion version, Supplier<OriginMapping> mapping) {
        return proxy.via.response(new MaskedHead(proxy.originMask, mapping).apply(headers), version);
    }

    private OriginMapping mapping(Origin origin) {
        PathPrefixes prefixes = PathPrefixes.of(incoming.exchange());
        return new OriginMapping(
                client().scheme(),
                client().authority(),
                client().prefix() + prefixes.stripped(),
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
