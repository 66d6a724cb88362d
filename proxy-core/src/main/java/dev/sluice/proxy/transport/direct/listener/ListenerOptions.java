package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.syntax.Cidr;
import dev.sluice.proxy.transport.direct.multiplex.SessionOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of all listeners of one transport; see {@link dev.sluice.proxy.transport.direct.DirectTransport.Builder}.
 */
public record ListenerOptions(
        int connections,
        int heads,
        int threads,
        int backlog,
        Duration keepAlive,
        Duration handshakeTimeout,
        Duration linger,
        Duration lingerIdle,
        boolean halfClose,
        List<Cidr> proxyProtocolPeers,
        boolean alpn,
        boolean priorKnowledge,
        SessionOptions sessions) {
    /** Returns whether connections from this peer begin with a PROXY header. */
    public boolean speaksProxyProtocol(@Nullable InetAddress peer) {
        for (Cidr block : proxyProtocolPeers) {
            if (block.contains(peer)) {
                return true;
            }
        }
        return false;
    }
}
