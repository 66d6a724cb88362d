package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

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
        Pacing pacing = new ExchangePacing(request.exchange());
        Reply reply = desk.reply(received(request), pacing);
        pacing.pause(reply.delay());
        Fault fault = reply.fault();
        if (fault != null && fault.breaksHead()) {
            throw broken(fault, Delivery.SENT_UNKNOWN, pacing);
        }
        reply.interim().forEach(each -> request.exchange().interim(each.status(), each.headers()));
        return response(reply, request.method(), pacing);
    }

    private ProxyResponse response(Reply reply, String method, Pacing pacing) throws IOException {
        int status = reply.status();
        Headers told = reply.headers();
        // What the test has set by hand may be no framing at all.
        Framing.response(method, status, HttpVersion.HTTP_1_1, told);
        ProxyResponse.Builder response =
                ProxyResponse.builder(status).headers(HopByHop.response(method, status, told, false));
        if (!reply.hasBody(method)) {
            return response.build();
        }
        ReplyInput bytes = new ReplyInput(reply, pacing, fault -> broken(fault, Delivery.ANSWERED, pacing));
        boolean whole = reply.fault() == null && reply.trailers().isEmpty() && !told.has("Content-Length");
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

    private ReceivedRequest received(ProxyRequest request) throws IOException {
        byte[] body = request.body().open().readAllBytes();
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
                        request.body().trailers(),
                        Arrays.copyOf(bytes.bytes(), bytes.size()),
                        null));
    }
}
