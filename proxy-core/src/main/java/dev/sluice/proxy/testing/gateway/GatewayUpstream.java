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
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Signal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
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
        Reply reply = early == null
                ? stubServer.reply(received(request, accepted.number(), bytes(request, accepted.number())), pacing)
                : Reply.of(200).withFault(early);
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
            int connection = accepted.number();
            byte[] body = bytes(request, connection);
            Reply stubbed = stubServer.replyBefore(received(request, connection, body), pacing);
            if (stubbed != null) {
                return answer(stubbed, request, pacing);
            }
            Headers trailers = request.body().trailers();
            Body again = trailers.isEmpty()
                    ? Body.of(body)
                    : Body.of(new ByteArrayInputStream(body), body.length, () -> trailers);
            return own.handle(request.toBuilder().body(again).build());
        };
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
        Framing.response(method, status, HttpVersion.HTTP_1_1, told);
        ProxyResponse.Builder response =
                ProxyResponse.builder(status).headers(HopByHop.response(method, status, told, false));
        if (!reply.hasBody(method)) {
            return response.build();
        }
        ReplyInput bytes = new ReplyInput(
                reply, pacing, idleDeadline, fault -> broken(fault, fault.outcome(), Delivery.ANSWERED, pacing));
        boolean whole = reply.fault() == null && reply.trailers().isEmpty() && !told.has("Content-Length");
        return response.body(Body.of(bytes, whole ? reply.content().length() : Body.UNKNOWN, reply::trailers))
                .build();
    }

    /** What a transport would throw; silence lasts until it is too late, or the attempt is given up. */
    private ProxyException broken(Fault fault, Outcome outcome, Delivery delivery, Pacing pacing) throws IOException {
        if (fault.kind() == Fault.Kind.SILENT) {
            pacing.await(new Signal());
        }
        return new ProxyException(outcome, delivery, "upstream " + id + " was told to fail: " + fault);
    }

    /** The whole body; if it breaks off, the request is received as a malformed one. */
    private byte[] bytes(ProxyRequest request, int connection) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            request.body().open().transferTo(bytes);
            return bytes.toByteArray();
        } catch (IOException cut) {
            Content content = Content.cutInBody(
                    bytes.toByteArray(),
                    bytes.size(),
                    request.method(),
                    request.target().pathAndQuery());
            stubServer.reply(
                    new ReceivedRequest(origin(request, connection), content), new ExchangePacing(request.exchange()));
            throw cut;
        }
    }

    private Origin origin(ProxyRequest request, int connection) {
        return new Origin(
                stubServer.received.nextNumber(),
                connection,
                request.exchange().client().address(),
                null);
    }

    private ReceivedRequest received(ProxyRequest request, int connection, byte[] body) {
        Headers.Builder fields = Headers.builder();
        Authority host = request.target().authority();
        if (host != null) {
            fields.add("Host", host.toString());
        }
        fields.addAll(request.headers());
        if (body.length > 0) {
            fields.add("Content-Length", Integer.toString(body.length));
        }
        Headers headers = fields.build();
        String target = request.target().pathAndQuery();
        OutputBuffer bytes = new OutputBuffer(body.length + 1024);
        MessageWriter.requestLine(bytes, request.method(), target);
        MessageWriter.fields(bytes, headers);
        bytes.crlf();
        bytes.put(body, 0, body.length);
        return new ReceivedRequest(
                origin(request, connection),
                new Content(
                        request.method(),
                        target,
                        request.version(),
                        headers,
                        body,
                        request.body().trailers(),
                        Arrays.copyOf(bytes.bytes(), bytes.size()),
                        null,
                        false));
    }

    @Override
    public String toString() {
        return id;
    }
}
