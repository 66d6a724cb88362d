package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes members of addresses. Over http a member's URL has the address, and the pool makes the upstream. Over https the
 * URL must have the host's name, since certificates are checked against it, and all addresses of a name would be one
 * place. So each member has an upstream with its own connector, which resolves the name to this one address.
 *
 * <p>Such an upstream stays the same while somebody refers to it, so that a member that is found again is equal to the
 * one before. It need not be closed: an unused connector closes its connections at their idle timeout. Safe for use by
 * many threads.
 */
final class EndpointMembers {
    private final @Nullable Supplier<Connector.Builder> connectors;
    private final OriginOptions options;
    private final Map<Place, WeakReference<Upstream>> upstreams = new HashMap<>();

    /**
     * @param connectors for https; null for http
     * @param options of members over https
     */
    EndpointMembers(@Nullable Supplier<Connector.Builder> connectors, OriginOptions options) {
        this.connectors = connectors;
        this.options = options;
    }

    /**
     * A member for each address and port, in the order of their ids; of endpoints with the same address and port, the
     * first.
     */
    List<Member> of(List<Endpoint> endpoints) {
        Map<String, Member> members = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            String id = new Authority(endpoint.address().getHostAddress(), endpoint.port()).toString();
            if (!members.containsKey(id)) {
                members.put(id, member(id, endpoint));
            }
        }
        // Servers rotate the order of records with each answer.
        List<Member> sorted = new ArrayList<>(members.values());
        sorted.sort((a, b) -> a.id().compareTo(b.id()));
        return sorted;
    }

    private Member member(String id, Endpoint endpoint) {
        Supplier<Connector.Builder> https = connectors;
        Member member = https == null ? Member.at("http://" + id) : Member.of(upstream(id, endpoint, https));
        return member.withWeight(endpoint.weight()).withPriority(endpoint.priority());
    }

    private synchronized Upstream upstream(String id, Endpoint endpoint, Supplier<Connector.Builder> https) {
        Place place = new Place(endpoint.host(), endpoint.address(), endpoint.port());
        WeakReference<Upstream> known = upstreams.get(place);
        Upstream upstream = known == null ? null : known.get();
        if (upstream == null) {
            upstreams.values().removeIf(reference -> reference.get() == null);
            List<InetAddress> one = List.of(endpoint.address());
            Connector connector = Objects.requireNonNull(https.get(), "connectors")
                    .resolver(host -> one)
                    .build();
            URI uri = URI.create("https://" + new Authority(endpoint.host(), endpoint.port()));
            upstream = DirectTransport.builder().connector(connector).build().upstream(id, uri, options);
            upstreams.put(place, new WeakReference<>(upstream));
        }
        return upstream;
    }

    private record Place(String host, InetAddress address, int port) {}
}
