package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Signal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers attempts as a gateway's stubs say, without a socket. Safe for use by many threads. */
final class GatewayUpstream implements Upstream {
    private final String id;
    private final Authority authority;
    private final Desk desk;

    GatewayUpstream(String id, Desk desk) {
        this.id = id;
        this.authority = new Authority(id + ".test", 80);
        this.desk = desk;
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
        return answer(desk.reply(received(request, bytes(request))), request);
    }

    /** A handler that lets {@code own} answer what no stub does. */
    ProxyHandler before(ProxyHandler own) {
        return request -> {
            byte[] body = bytes(request);
            Reply stubbed = desk.replyBefore(received(request, body));
            if (stubbed != null) {
                return answer(stubbed, request);
            }
            Body again = Body.of(new ByteArrayInputStream(body), body.length, request.body()::trailers);
            return own.handle(
                    body.length == 0 ? request : request.toBuilder().body(again).build());
        };
    }

    private ProxyResponse answer(Reply reply, ProxyRequest request) throws IOException {
        ExchangePacing pacing = new ExchangePacing(request.exchange());
        try {
            pacing.pause(reply.delay());
            Fault fault = reply.fault();
            if (fault != null && fault.breaksHead()) {
                throw broken(fault, Delivery.SENT_UNKNOWN, pacing);
            }
        } finally {
            pacing.headIsOver();
        }
        reply.interim().forEach(each -> request.exchange().interim(each.status(), each.headers()));
        return response(reply, request.method(), pacing);
    }

    private ProxyResponse response(Reply reply, String method, Pacing pacing) {
        int status = reply.status();
        boolean hasBody = !method.equals("HEAD") && status != 204 && status != 304;
        ProxyResponse.Builder response =
                ProxyResponse.builder(status).headers(HopByHop.response(method, status, reply.headers(), false));
        if (!hasBody) {
            return response.build();
        }
        ReplyInput bytes = new ReplyInput(reply, pacing, fault -> broken(fault, Delivery.ANSWERED, pacing));
        boolean whole = reply.fault() == null && reply.trailers().isEmpty();
        return response.body(Body.of(bytes, whole ? reply.content().length() : Body.UNKNOWN, reply::trailers))
                .build();
    }

    /** What a transport would throw; silence lasts until the attempt is given up. */
    private ProxyException broken(Fault fault, Delivery delivery, Pacing pacing) throws IOException {
        if (fault.kind() == Fault.Kind.SILENT) {
            pacing.await(new Signal());
        }
        return new ProxyException(fault.outcome(), delivery, "upstream " + id + " was told to fail: " + fault);
    }

    /** The whole body; if it breaks off, the request is received as one that is cut. */
    private byte[] bytes(ProxyRequest request) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            request.body().open().transferTo(bytes);
            return bytes.toByteArray();
        } catch (IOException cut) {
            desk.reply(received(request, bytes.toByteArray(), Headers.empty(), ReceivedRequest.CUT));
            throw cut;
        }
    }

    @Override
    public String toString() {
        return id;
    }

    private ReceivedRequest received(ProxyRequest request, byte[] body) {
        return received(request, body, request.body().trailers(), null);
    }

    private ReceivedRequest received(ProxyRequest request, byte[] body, Headers trailers, @Nullable String malformed) {
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
                new Origin(
                        desk.received.nextNumber(),
                        0,
                        request.exchange().client().address(),
                        null),
                new Content(
                        request.method(),
                        target,
                        request.version(),
                        headers,
                        body,
                        trailers,
                        Arrays.copyOf(bytes.bytes(), bytes.size()),
                        malformed));
    }
}
