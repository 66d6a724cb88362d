package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Pools;
import dev.sluice.proxy.origin.ConnectCheck;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server behind the transport's pooled connections. It holds no resources itself.
 *
 * <p>If its TLS settings say so, a request's host is the name for TLS. Then the client may have chosen it, and a handshake
 * that fails says nothing about the server.
 */
public final class DirectUpstream extends OriginUpstream {
    /** The most that an upstream can do; a connection may do less, which is known when there is one. */
    public static final Set<Capability> CAPABILITIES = Http1Stream.CAPABILITIES;

    private final Destination destination;
    private final Pools pools;
    private final OriginStreams streams;
    /** The name for TLS unless a request has chosen another one; null if requests choose none. */
    private final @Nullable String ownName;

    /**
     * A server at this place.
     *
     * @param tls its own TLS settings, or null for those of the connector
     */
    public DirectUpstream(String id, Origin origin, Pools pools, OriginStreams streams, @Nullable OriginTls tls) {
        super(id, origin);
        this.destination = new Destination(origin.scheme(), origin.authority()).with(tls);
        this.pools = pools;
        this.streams = streams;
        TlsSettings settings = tls == null ? null : tls.settings();
        this.ownName = settings != null && settings.serverNameFromHost()
                ? settings.serverName().orElse(name(origin.authority()))
                : null;
    }

    private static String name(Authority authority) {
        return HostName.withoutRootDot(authority.host());
    }

    @Override
    public Upstream beside(URI place) {
        Origin origin = Origin.of(place);
        OriginTls tls = origin.scheme().equals("https") ? destination.tls() : null;
        return new DirectUpstream(id(), origin, pools, streams, tls);
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public ConnectCheck connectCheck() {
        return (place, scope) -> pools.open(Destination.of(place).with(destination.tls()), AddressRule.ANY, scope)
                .close();
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        requireAttempt(request, id());
        String chosen = chosenName(request);
        Destination named = chosen == null ? destination : destination.named(chosen);
        try {
            return OriginCall.send(request, streams, named, AddressRule.ANY);
        } catch (ProxyException why) {
            boolean byClient = chosen != null || (ownName != null && hasHostOfClient(request));
            throw byClient && why.outcome() == Outcome.TLS_FAILED ? misdirected(why) : why;
        }
    }

    /** Also a client that sends no Host, or the address of this server, has chosen what the handshake is for. */
    private static boolean hasHostOfClient(ProxyRequest request) {
        ProxyRequest received = request.exchange().request();
        return received != null
                && Objects.equals(
                        received.target().authority(), request.target().authority());
    }

    /** The name for TLS that this request has chosen, or null. */
    private @Nullable String chosenName(ProxyRequest request) {
        Authority host = request.target().authority();
        if (ownName == null || host == null || host.host().equals(authority().host())) {
            return null;
        }
        String name = name(host);
        return name.equals(ownName) ? null : name;
    }

    /** RFC 9110 §15.5.20. The next upstream would not help, and this one may be well. */
    private static ProxyException misdirected(ProxyException why) {
        return ProxyException.refused(
                Outcome.BAD_REQUEST,
                421,
                "the host of the request is not served here",
                String.valueOf(why.getMessage()));
    }

    /** Closes its idle connections; the transport stays. */
    @Override
    public void close() {
        pools.closeIdle(destination);
        streams.closeIdle(destination);
    }
}
