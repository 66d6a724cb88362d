package dev.sluice.balancer;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Makes the upstreams of members that are given as URLs, and of their probes.
 *
 * @param transport what opens them
 * @param tls how TLS is done with them, or null as the transport does it
 */
record MemberUpstreams(OwnTransport transport, @Nullable OriginTls tls) {
    /** The upstream of a member. */
    Upstream of(String id, URI uri) {
        return transport.upstream(id, uri, tls);
    }

    /** What a probe asks at another place of a member, in the way in which its requests go. */
    Upstream beside(Upstream member, URI place) {
        Upstream known = OriginUpstream.besideOf(member, place);
        return known == null ? transport.upstream(member.id(), place) : known;
    }
}
