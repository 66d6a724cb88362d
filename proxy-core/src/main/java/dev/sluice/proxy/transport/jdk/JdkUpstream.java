package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.origin.ConnectCheck;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A server behind the transport's {@link java.net.http.HttpClient}, which it holds until it is closed. */
final class JdkUpstream extends OriginUpstream {
    private final JdkClients clients;
    private final @Nullable TlsSettings tls;
    private final JdkClient client;
    private final Set<Capability> capabilities;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final String place;

    /** @param tls its own TLS settings, or null for those of the transport */
    JdkUpstream(String id, Origin origin, JdkClients clients, @Nullable TlsSettings tls, Set<Capability> capabilities) {
        super(id, origin);
        this.clients = clients;
        this.tls = tls;
        this.capabilities = capabilities;
        this.place = new Authority(origin.authority().host(), origin.authority().portOr(origin.scheme())).toString();
        this.client = clients.use(tls);
    }

    @Override
    public Upstream beside(URI place) {
        Origin there = JdkUpstreamOrigin.of(place);
        return new JdkUpstream(id(), there, clients, there.scheme().equals("https") ? tls : null, capabilities);
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    /** The client cannot do a handshake without a request. So this connects with the same settings. */
    @Override
    public @Nullable ConnectCheck connectCheck() {
        TlsSettings settings = tls == null ? clients.tls() : tls;
        return settings == null ? null : Connector.builder().tls(settings).build()::check;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        requireAttempt(request, id());
        Outcome cancelled = request.exchange().cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled before it was sent: " + cancelled);
        }
        JdkUpstreamPublisher upload = request.body().length() == 0
                ? null
                : new JdkUpstreamPublisher(request.body(), request.exchange().time());
        HttpVersion version = scheme().equals("https") ? client.version() : HttpVersion.HTTP_1_1;
        JdkUpstreamRequest outgoing =
                JdkUpstreamRequest.of(request, origin(), version, upload != null ? upload : nothing(request.method()));
        client.use();
        request.exchange().onEnd(outcome -> client.leave());
        JdkUpstreamCall call = new JdkUpstreamCall(request, place, upload);
        client.fields().expect(outgoing.uri(), call::fields);
        try {
            return call.run(client.get(), outgoing);
        } finally {
            client.fields().forget(outgoing.uri());
        }
    }

    /** Releases the client, which ends with the last upstream and the last exchange that uses it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            client.leave();
        }
    }

    /**
     * RFC 9110 §8.6: {@code Content-Length: 0} if the method defines a meaning for content, and otherwise no framing
     * field.
     */
    private static @Nullable BodyPublisher nothing(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> BodyPublishers.noBody();
            default -> null;
        };
    }
}
