package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Wire;
import java.net.InetSocketAddress;

/**
 * A connection that has just been opened, with the facts that only it knows: the address that accepted, the TLS session
 * (of the wire), and the protocol that both sides agreed on. Its owner closes the wire.
 *
 * @param address that was connected to, and that the rule permits
 * @param answer of the resolver that the address is from
 */
public record Dialled(Wire wire, InetSocketAddress address, Answer answer) {
    /** The protocol that ALPN has chosen, such as {@code http/1.1}; an empty text without one, as without TLS (RFC 7301). */
    public String protocol() {
        return wire instanceof TlsWire tls ? tls.applicationProtocol() : "";
    }
}
