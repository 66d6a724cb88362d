package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.syntax.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * Who may use the proxy, and for what. It tells a client only what helps: never an address, nor which rule it was.
 *
 * @param clients the clients that may use the proxy; all clients if it is empty
 * @param allowed only these; everything if it is empty
 * @param denied never these
 * @param addresses is also asked about every address
 * @param ports for requests in absolute form
 * @param connectPorts for CONNECT
 * @param ownListener whether a client may ask for the listener that it came by
 */
record Access(
        List<Cidr> clients,
        Destinations allowed,
        Destinations denied,
        AddressRule addresses,
        Ports ports,
        Ports connectPorts,
        boolean ownListener) {
    private static final Destinations ANY = new Destinations(List.of(), List.of());

    /**
     * Checks the client.
     *
     * @throws ProxyException if the client may not use this proxy: REFUSED
     */
    void requireClient(ProxyRequest request) throws ProxyException {
        if (clients.isEmpty()) {
            return;
        }
        InetAddress client = request.exchange().client().address().getAddress();
        for (Cidr block : clients) {
            if (block.contains(client)) {
                return;
            }
        }
        throw ProxyException.refused(Outcome.REFUSED, "this client may not use this proxy");
    }

    /**
     * Checks the destination, as far as the request shows it.
     *
     * @return the rule for the address to connect to
     * @throws ProxyException if it names no host and port (BAD_REQUEST), is not allowed (REFUSED), or cannot be
     *     carried by the listener (NOT_SUPPORTED)
     */
    AddressRule requireDestination(ProxyRequest request) throws ProxyException {
        RequestTarget target = request.target();
        Authority authority = target.authority();
        boolean connect = target.form() == RequestTarget.Form.AUTHORITY;
        if (authority == null || (!connect && target.form() != RequestTarget.Form.ABSOLUTE)) {
            throw ProxyException.refused(
                    Outcome.BAD_REQUEST, "this is a proxy: the request's target must name a host, in absolute form");
        }
        if (connect && authority.port() < 0) {
            // RFC 9110 §9.3.6: a client must send the port, even if it is the default one.
            throw ProxyException.refused(Outcome.BAD_REQUEST, "CONNECT without a port");
        }
        requireTunnels(request, connect);
        boolean port = (connect ? connectPorts : ports).has(authority.portOr(target.scheme()));
        if (!port) {
            throw ProxyException.refused(
                    Outcome.REFUSED,
                    "connections to this port are not allowed",
                    authority.portOr(target.scheme()) + " is none of the " + (connect ? "connectPorts" : "ports"));
        }
        return requireHost(request, authority.host());
    }

    private AddressRule requireHost(ProxyRequest request, String host) throws ProxyException {
        boolean named = allowed.isEmpty() || allowed.hasName(host);
        // Whether it leads to one of the allowed blocks is known once it is resolved.
        boolean unknown = !named && !allowed.blocks().isEmpty();
        if (denied.hasName(host) || (!named && !unknown)) {
            throw ProxyException.refused(
                    Outcome.REFUSED,
                    "connections to this destination are not allowed",
                    host + (denied.hasName(host) ? " is among those denied" : " is not among those allowed"));
        }
        OwnListener own = ownListener ? null : OwnListener.of(request.exchange());
        return new AddressCheck(addresses, denied, named ? ANY : allowed, own);
    }

    private static void requireTunnels(ProxyRequest request, boolean connect) throws ProxyException {
        boolean able = request.exchange().capabilities().contains(Capability.TUNNEL);
        if (!able && (connect || request.upgrade() != null)) {
            throw ProxyException.refused(
                    Outcome.NOT_SUPPORTED,
                    (connect ? "CONNECT" : "upgrade to " + request.upgrade()) + " needs " + Capability.TUNNEL.label()
                            + ", which this transport cannot carry");
        }
    }
}
