package dev.sluice.proxy.connect.dial;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses of a name that failed or were slow since it was last resolved: they are tried after all others. The
 * others keep the resolver's order, so that a name with ten addresses does not always use the one that answered first.
 * Safe for use by many threads.
 */
final class LastTried {
    private volatile Set<InetAddress> last = Set.of();

    /** The addresses, in the order in which to try them. */
    List<InetAddress> order(List<InetAddress> addresses) {
        Set<InetAddress> known = last;
        if (known.isEmpty()) {
            return addresses;
        }
        List<InetAddress> ordered = new ArrayList<>(addresses);
        ordered.removeAll(known);
        for (InetAddress each : known) {
            if (addresses.contains(each)) {
                ordered.add(each);
            }
        }
        return ordered;
    }

    /** From now on this one is tried after all others. */
    synchronized void add(InetAddress address) {
        Set<InetAddress> more = new LinkedHashSet<>(last);
        more.remove(address);
        more.add(address);
        last = more;
    }

    synchronized void clear() {
        last = Set.of();
    }
}
