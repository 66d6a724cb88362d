package dev.sluice.balancer;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the upstreams of members, and of their probes.
 *
 * @param transport what opens those that are given as URLs
 * @param tls how TLS is done with these, or null as the transport does it
 * @param filters stand around each attempt, the first one outermost
 */
record MemberUpstreams(OwnTransport transport, @Nullable OriginTls tls, List<ProxyFilter> filters) {
    /** The upstream of a member that is given as a URL. */
    Upstream of(String id, URI uri) {
        return transport.upstream(id, uri, tls);
    }

    /** An upstream with the filters around it. */
    Upstream filtered(Upstream bare) {
        Upstream upstream = bare;
        for (int i = filters.size() - 1; i >= 0; i--) {
            upstream = upstream.with(filters.get(i));
        }
        return upstream;
    }

    /** What a probe asks at another place of a member, in the way in which its requests go. */
    Upstream beside(Upstream member, URI place) {
        Upstream known = OriginUpstream.besideOf(member, place);
        return known == null ? transport.upstream(member.id(), place) : known;
    }
}
