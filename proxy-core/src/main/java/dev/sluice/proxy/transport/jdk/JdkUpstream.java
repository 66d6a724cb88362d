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
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server that is spoken to with the transport's {@link java.net.http.HttpClient}. It holds nothing of its own. */
final class JdkUpstream implements Upstream {
    private final String id;
    private final JdkUpstreamOrigin origin;
    private final JdkClient client;
    private final Set<Capability> capabilities;

    JdkUpstream(String id, JdkUpstreamOrigin origin, JdkClient client, Set<Capability> capabilities) {
        this.id = id;
        this.origin = origin;
        this.client = client;
        this.capabilities = capabilities;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String scheme() {
        return origin.scheme();
    }

    @Override
    public Authority authority() {
        return origin.authority();
    }

    @Override
    public String basePath() {
        return origin.basePath();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        Outcome cancelled = request.exchange().cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled before it was sent: " + cancelled);
        }
        JdkUpstreamPublisher upload = request.body().length() == 0
                ? null
                : new JdkUpstreamPublisher(request.body(), request.exchange().time());
        HttpVersion version = origin.scheme().equals("https") ? client.version() : HttpVersion.HTTP_1_1;
        JdkUpstreamRequest outgoing =
                JdkUpstreamRequest.of(request, origin, version, upload != null ? upload : nothing(request.method()));
        return new JdkUpstreamCall(request, upload).run(client.get(), outgoing);
    }

    /** The upstream's id and where it is. */
    @Override
    public String toString() {
        return id + " at " + origin.scheme() + "://" + origin.authority() + origin.basePath();
    }

    /**
     * RFC 9110 §8.6: {@code Content-Length: 0} where the method has a meaning for content, and no framing field
     * elsewhere.
     */
    private static @Nullable BodyPublisher nothing(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> BodyPublishers.noBody();
            default -> null;
        };
    }
}
