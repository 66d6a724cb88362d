package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.reverse.ReverseProxy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lets a handler answer a request. Apart from the other answers, so that a proxy's classes are loaded only for it. */
final class HandlerReply {
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    private HandlerReply() {}

    /**
     * A handler that passes requests on as they are.
     *
     * @throws IllegalArgumentException if the URL has another form
     */
    static ProxyHandler to(String url) {
        return ReverseProxy.builder(url).forwarding(Forwarding.OFF).via(Via.OFF).build();
    }

    /**
     * What the handler answers.
     *
     * @throws Refusal if it fails, or what it answers is not whole
     */
    static Reply of(ProxyHandler handler, ReceivedRequest received, Pacing pacing) throws Refusal {
        // A handler may send them from threads of its own, and even too late.
        Collection<Reply.Interim> interim = new ConcurrentLinkedQueue<>();
        Exchange exchange = Exchange.builder(pacing.time())
                .client(received.sender())
                .capabilities(Set.of(Capability.TRAILERS, Capability.INTERIM, Capability.SEES_CLIENT_LEAVE))
                .interim((status, headers) -> interim.add(new Reply.Interim(status, headers)))
                .begin();
        pacing.watch();
        Runnable unhook = pacing.broken().whenFired(() -> exchange.cancel(Outcome.CLIENT_LEFT));
        Outcome how = Outcome.FAILED;
        try {
            ProxyRequest request = request(received, exchange);
            exchange.received(request);
            try (ProxyResponse response = handler.handle(request)) {
                Reply reply = reply(response, received.method());
                how = Outcome.COMPLETED;
                return reply.withInterim(interim);
            }
        } catch (Exception | AssertionError failure) {
            throw pacing.broken().fired() ? Refusal.left() : refusal(received, failure);
        } finally {
            unhook.run();
            exchange.end(how);
        }
    }

    private static ProxyRequest request(ReceivedRequest received, Exchange exchange) throws ProxyException {
        Headers headers = received.headers();
        RequestTarget target = RequestTarget.parse(
                received.method(),
                received.target(),
                exchange.client().scheme(),
                headers.first("Host").orElse(null));
        byte[] body = received.body();
        Headers trailers = received.trailers();
        return ProxyRequest.builder(exchange, received.method(), target)
                .version(received.version())
                .headers(HopByHop.request(headers, true))
                .body(
                        trailers.isEmpty()
                                ? Body.of(body)
                                : Body.of(new ByteArrayInputStream(body), Body.UNKNOWN, () -> trailers))
                .acceptsTrailers(HopByHop.acceptsTrailers(headers))
                .build();
    }

    private static Reply reply(ProxyResponse response, String method) throws IOException {
        if (response.tunnel() != null) {
            throw new IOException("it is a tunnel, which a gateway does not pass on");
        }
        Reply head = Reply.of(response.status()).withHeaders(response.headers());
        if (!head.hasBody(method)) {
            return head;
        }
        byte[] body = response.body().readAll(LONGEST);
        return head.withContent(Content.of(body)).withTrailers(response.body().trailers());
    }

    private static Refusal refusal(ReceivedRequest received, Throwable failure) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        String why = failure instanceof ProxyException known
                ? known.outcome() + ", " + known.getMessage()
                : String.valueOf(failure);
        String problem = "what answers " + received + " behind the gateway failed: " + why;
        return Refusal.of(Reply.text(502, problem), problem, failure);
    }
}
