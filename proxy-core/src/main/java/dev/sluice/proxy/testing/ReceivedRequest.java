package dev.sluice.proxy.testing;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import java.nio.charset.StandardCharsets;

/** A request that a {@link FakeUpstream} was sent. Immutable. */
public final class ReceivedRequest {
    private final ProxyRequest request;
    private final byte[] body;

    ReceivedRequest(ProxyRequest request, byte[] body) {
        this.request = request;
        this.body = body;
    }

    /** The method. */
    public String method() {
        return request.method();
    }

    /** Where it went. The authority is what would stand in {@code Host}. */
    public RequestTarget target() {
        return request.target();
    }

    /** The fields. */
    public Headers headers() {
        return request.headers();
    }

    /** A copy of the body's bytes. None when the body was not asked for. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as text in UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The whole request as it was given to the upstream; its body has been read. */
    public ProxyRequest request() {
        return request;
    }

    /** Method and target, without the query. */
    @Override
    public String toString() {
        return request.toString();
    }
}
