package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Wire;
import java.net.InetSocketAddress;

/**
 * A connection that has just been opened, and what only it can tell: which address accepted, the TLS session (of the
 * wire), and which protocol both sides agreed on. Whoever has it closes the wire.
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
