package dev.sluice.proxy.forward;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.scope.ListenedAt;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/**
 * The listener that a request came through: a request back to it would be a loop.
 *
 * @param addresses the addresses that lead to it
 */
record OwnListener(List<InetSocketAddress> addresses) {
    /** The listener of this exchange. */
    static OwnListener of(Exchange exchange) {
        return new OwnListener(ListenedAt.all(exchange));
    }

    /**
     * Returns whether connecting to the address would reach the listener, which may listen at all addresses of this
     * host: then its port at any of them counts.
     */
    boolean is(InetSocketAddress address) {
        for (InetSocketAddress local : addresses) {
            if (address.getPort() == local.getPort() && isOfThisHost(address.getAddress(), local)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfThisHost(InetAddress address, InetSocketAddress local) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress() || address.equals(local.getAddress())) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            // Fails closed: the port is the listener's.
            return true;
        }
    }
}
