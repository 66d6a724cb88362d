package dev.sluice.proxy.forward;

import dev.sluice.proxy.Client;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** The listener that a request came through: a request back to it would go in circles. */
final class OwnListener {
    private OwnListener() {}

    /**
     * Returns whether connecting to the address would reach the listener, which may listen at all addresses of this
     * host: then its port at any of them counts.
     */
    static boolean is(InetSocketAddress address, Client client) {
        return address.getPort() == client.local().getPort() && isOfThisHost(address.getAddress(), client.local());
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
