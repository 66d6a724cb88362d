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
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.reverse.ReverseProxy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lets a handler answer a request. Apart from the other answers, so that a proxy's classes are loaded only for it. */
final class HandlerReply {
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    /** The body of an answer to HEAD: what it would be for GET is not known. */
    private static final Content NOT_ASKED = new Content() {
        @Override
        public long length() {
            return 0;
        }

        @Override
        public boolean isKnown() {
            return false;
        }

        @Override
        public InputStream open(Pacing pacing, long end) {
            return InputStream.nullInputStream();
        }
    };

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
                if (response == null) {
                    throw new IllegalStateException("it returned null instead of a response");
                }
                Reply reply = reply(response, received.method());
                how = Outcome.COMPLETED;
                return reply.withInterim(interim);
            }
        } catch (Exception | AssertionError | StackOverflowError failure) {
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
        return ProxyRequest.builder(exchange, received.method(), target)
                .version(received.version())
                .headers(HopByHop.request(headers, true))
                .body(body(received))
                .acceptsTrailers(HopByHop.acceptsTrailers(headers))
                .build();
    }

    private static Body body(ReceivedRequest received) {
        byte[] body = received.body();
        if (!received.isWhole()) {
            return Body.of(
                    new SequenceInputStream(new ByteArrayInputStream(body), new Missing(received)), Body.UNKNOWN);
        }
        Headers trailers = received.trailers();
        return trailers.isEmpty()
                ? Body.of(body)
                : Body.of(new ByteArrayInputStream(body), Body.UNKNOWN, () -> trailers);
    }

    /** The rest of a body that the stub does not wait for. */
    private static final class Missing extends BulkInputStream {
        private final ReceivedRequest request;

        Missing(ReceivedRequest request) {
            this.request = request;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException(
                    "the rest of the body is not there: the stub " + request.stub() + " does not wait for it");
        }
    }

    private static Reply reply(ProxyResponse response, String method) throws IOException {
        if (response.tunnel() != null) {
            throw new IOException("it is a tunnel, which a gateway does not pass on");
        }
        Reply head = Reply.of(response.status()).withHeaders(response.headers());
        if (!head.hasBody(method)) {
            return method.equals("HEAD") ? head.withContent(NOT_ASKED) : head;
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
