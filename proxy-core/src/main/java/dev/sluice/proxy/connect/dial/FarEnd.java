package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes, and for whom: what its failures say.
 *
 * @param authority the name that was asked for
 * @param address one of its addresses
 * @param scope for which it is opened
 */
record FarEnd(Authority authority, InetSocketAddress address, Exchange scope) {
    /** What a failure was: a cancellation looks like a closed channel. */
    ProxyException failed(Outcome outcome, String what, @Nullable Throwable cause) {
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            return new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled while connecting to " + where(), cause);
        }
        String why = cause == null ? "" : ": " + cause;
        return new ProxyException(outcome, Delivery.NOT_SENT, where() + ' ' + what + why, cause);
    }

    private String where() {
        return authority + " at " + address.getAddress().getHostAddress();
    }
}
