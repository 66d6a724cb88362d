package dev.sluice.proxy.server;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.scope.OwnFields;
import dev.sluice.proxy.syntax.FieldSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peers that act for many clients: those that the server trusts, and those that the reverse proxy of a route
 * trusts. And the fields that none of them may write. Immutable.
 */
record TrustedPeers(List<Forwarding> rules) {
    static TrustedPeers of(@Nullable Forwarding own, Routes routes) {
        List<Forwarding> rules = new ArrayList<>();
        if (own != null) {
            rules.add(own);
        }
        rules.addAll(routes.forwarding());
        return new TrustedPeers(List.copyOf(rules));
    }

    /** The request without the fields in which origins are told who sends it. */
    ProxyRequest withoutUsers(ProxyRequest request) {
        Headers received = request.headers();
        Headers clean = received;
        for (int i = 0; i < rules.size(); i++) {
            clean = rules.get(i).applyUser(clean, null);
            String field = rules.get(i).userField();
            if (field != null) {
                OwnFields.add(request, FieldSet.of(field));
            }
        }
        return clean.size() == received.size()
                ? request
                : request.toBuilder().headers(clean).build();
    }

    boolean trusts(@Nullable InetAddress peer) {
        return rule(peer) != null;
    }

    /** Notes the client that began a request, if a trusted peer says it; else it is that of the connection. */
    void note(ProxyRequest request) {
        Client client = request.exchange().client();
        Forwarding rule = rule(client.address().getAddress());
        if (rule != null) {
            request.exchange()
                    .notes()
                    .forwardedClient(rule.client(client, request.target().authority(), request.headers()));
        }
    }

    /**
     * The client that an exchange counts for: the peer, or the client that a trusted peer has named; null if it named
     * none.
     */
    @Nullable
    InetAddress counted(Client client, ForwardedClient found) {
        InetAddress named = found.address();
        Forwarding rule = rule(client.address().getAddress());
        return rule != null && rule.trusts(named) ? null : named;
    }

    private @Nullable Forwarding rule(@Nullable InetAddress peer) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).trusts(peer)) {
                return rules.get(i);
            }
        }
        return null;
    }
}
