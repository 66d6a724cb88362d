package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The address of this host that the connection of an exchange came to; an attribute of exchanges whose client names
 * another one, as it was told in a PROXY header.
 */
public record ListenedAt(InetSocketAddress address) {
    /** The addresses that lead back to the listener of this exchange: the one that the client names, and the real one. */
    public static List<InetSocketAddress> all(Exchange exchange) {
        ListenedAt real = exchange.get(ListenedAt.class);
        InetSocketAddress named = exchange.client().local();
        return real == null ? List.of(named) : List.of(named, real.address());
    }
}
