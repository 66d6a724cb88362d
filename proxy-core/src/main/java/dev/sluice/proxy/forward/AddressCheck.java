package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that one request may connect to. The connector asks just before it connects, with exactly that address.
 *
 * @param within blocks that the address must be in, or nothing for all
 * @param own the listener that the client came by, or null if it may be reached
 */
record AddressCheck(
        AddressRule rule,
        Destinations denied,
        Destinations within,
        @Nullable OwnListener own) implements AddressRule {
    @Override
    public boolean permits(InetSocketAddress address) {
        InetAddress bare = address.getAddress();
        return rule.permits(address)
                && !denied.hasAddress(bare)
                && (within.isEmpty() || within.hasAddress(bare))
                && (own == null || !own.is(address));
    }

    /**
     * Checks a host that is itself an address, if nothing is resolved here.
     *
     * @throws ProxyException if it is not permitted, or if others could read it as another address: REFUSED
     */
    static void requireLiteral(Authority authority, String scheme, AddressRule rule) throws ProxyException {
        InetAddress literal = IpLiteral.parse(authority.host());
        boolean refused = literal == null
                ? LiteralHost.isDisguised(authority.host())
                : !rule.permits(new InetSocketAddress(literal, authority.portOr(scheme)));
        if (refused) {
            throw ProxyException.refused(Outcome.REFUSED, "connections to this destination are not allowed");
        }
    }
}
