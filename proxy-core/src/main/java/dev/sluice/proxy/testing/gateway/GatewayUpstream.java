package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Signal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers attempts as a gateway's stubs say, without a socket. Safe for use by many threads. */
final class GatewayUpstream implements Upstream {
    /** How long a connector gives to a TLS handshake. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final String id;
    private final Authority authority;
    private final StubServer stubServer;

    GatewayUpstream(String id, StubServer stubServer) {
        this.id = id;
        this.authority = new Authority(id + ".test", -1);
        this.stubServer = stubServer;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Authority authority() {
        return authority;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.TRAILERS, Capability.INTERIM);
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException {
        OriginUpstream.requireAttempt(request, id);
        return answer(request);
    }

    /** Answers a request, which need not be an attempt's. */
    ProxyResponse answer(ProxyRequest request) throws IOException {
        ExchangePacing pacing = new ExchangePacing(request.exchange());
        ConnectionScript.Accepted accepted = stubServer.connections.accept();
        Fault early = connect(accepted, pacing, request.exchange());
        if (early != null) {
            return answer(Reply.of(200).withFault(early), request, pacing);
        }
        ExchangeInput input = new ExchangeInput(request);
        Reply reply = stubServer
                .reply(arrival(request, accepted.number(), input), pacing)
                .reply();
        input.requireNotCut();
        return answer(reply, request, pacing);
    }

    /** A handler that lets {@code own} answer what no stub does. */
    ProxyHandler before(ProxyHandler own) {
        return request -> {
            ExchangePacing pacing = new ExchangePacing(request.exchange());
            ConnectionScript.Accepted accepted = stubServer.connections.accept();
            Fault early = connect(accepted, pacing, request.exchange());
            if (early != null) {
                return answer(Reply.of(200).withFault(early), request, pacing);
            }
            ExchangeInput input = new ExchangeInput(request);
            Reply stubbed = stubServer.replyBefore(arrival(request, accepted.number(), input), pacing);
            input.requireNotCut();
            if (stubbed != null) {
                return answer(stubbed, request, pacing);
            }
            byte[] body = input.body();
            Headers trailers = request.body().trailers();
            Body again = trailers.isEmpty()
                    ? Body.of(body)
                    : Body.of(new ByteArrayInputStream(body), body.length, () -> trailers);
            return own.handle(request.toBuilder().body(again).build());
        };
    }

    private static Arrival arrival(ProxyRequest request, int connection, ExchangeInput input) {
        Exchange exchange = request.exchange();
        return new Arrival(
                new Origin(connection, exchange.client(), null, exchange.time().now()), input);
    }

    private ProxyResponse answer(Reply reply, ProxyRequest request, ExchangePacing pacing) throws IOException {
        Exchange exchange = request.exchange();
        Timeouts timeouts = Timeouts.of(exchange);
        HeadTime.Wait wait = HeadTime.part(exchange.get(HeadTime.class), timeouts.head());
        try {
            pacing.limit(wait.begin(exchange.time().nanos()), Outcome.HEAD_TIMEOUT);
            pacing.pause(reply.delay());
            Fault fault = reply.fault();
            if (fault != null && fault.breaksHead()) {
                throw broken(fault, fault.outcome(), Delivery.SENT_UNKNOWN, pacing);
            }
        } finally {
            wait.end(exchange.time().nanos());
        }
        reply.interim().forEach(each -> exchange.interim(each.status(), each.headers()));
        return response(reply, request.method(), pacing, () -> exchange.time().deadline(timeouts.idle()));
    }

    /**
     * Each attempt is a connection, to a server with the name of this upstream's host.
     *
     * @return what goes wrong once it is connected, or null
     * @throws ProxyException if it does not come to that
     */
    private @Nullable Fault connect(ConnectionScript.Accepted accepted, ExchangePacing pacing, Exchange exchange)
            throws IOException {
        Fault early = accepted.fault();
        if (early != null && !early.breaksConnecting()) {
            return early;
        }
        long deadlineNanos = exchange.time().deadline(HANDSHAKE);
        Fault fault = stubServer.connections.inHandshake(accepted, authority.host());
        if (fault != null) {
            Outcome outcome = fault.outcomeInHandshake();
            pacing.limit(deadlineNanos, outcome);
            throw broken(fault, outcome, Delivery.NOT_SENT, pacing);
        }
        return null;
    }

    private ProxyResponse response(Reply reply, String method, ExchangePacing pacing, LongSupplier idleDeadline)
            throws ProxyException {
        int status = reply.status();
        Headers told = reply.headers();
        // What the test has set by hand may be no framing at all.
        Framing framing = Framing.response(method, status, HttpVersion.HTTP_1_1, told);
        ProxyResponse.Builder response =
                ProxyResponse.builder(status).headers(HopByHop.response(method, status, told, false));
        if (!reply.hasBody(method)) {
            return response.build();
        }
        ReplyInput bytes = new ReplyInput(reply, pacing, idleDeadline, new ReplyInput.Broken() {
            @Override
            public IOException by(Fault fault) throws IOException {
                return broken(fault, fault.outcome(), Delivery.ANSWERED, pacing);
            }

            @Override
            public RuntimeException tooShort(Fault fault) {
                IllegalStateException why = ReplyWriter.tooShort(fault);
                stubServer.problems.add("an answer of upstream " + id + " failed", why);
                return why;
            }
        });
        return response.body(Body.of(bytes, length(reply, framing), reply::trailers))
                .build();
    }

    /** What the head would say through a socket. */
    private static long length(Reply reply, Framing framing) {
        Headers told = reply.headers();
        return told.has("Content-Length") || told.has("Transfer-Encoding") ? framing.length() : ReplyHead.length(reply);
    }

    /** What a transport would throw; silence lasts until it is too late, or the attempt is given up. */
    private ProxyException broken(Fault fault, Outcome outcome, Delivery delivery, Pacing pacing) throws IOException {
        if (fault.kind() == Fault.Kind.SILENT) {
            pacing.await(new Signal());
        }
        return new ProxyException(outcome, delivery, "upstream " + id + " was told to fail: " + fault);
    }

    @Override
    public String toString() {
        return id;
    }
}
