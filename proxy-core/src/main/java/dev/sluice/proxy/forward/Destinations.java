package dev.sluice.proxy.forward;

import dev.sluice.proxy.header.rule.HostPattern;
import dev.sluice.proxy.syntax.Cidr;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Names and blocks of addresses that a request may be for. Names are compared with what the request says; blocks with
 * the addresses that are about to be connected to.
 */
record Destinations(List<HostPattern> names, List<Cidr> blocks) {
    /** Copies what it is given. */
    Destinations {
        names = List.copyOf(names);
        blocks = List.copyOf(blocks);
    }

    static Destinations parse(String option, List<String> patterns) {
        List<HostPattern> names = new ArrayList<>();
        List<Cidr> blocks = new ArrayList<>();
        for (String pattern : patterns) {
            if (pattern.contains("://")) {
                throw new IllegalArgumentException(
                        option + " must be a name, *.name, an address or a block of addresses: \"" + pattern + "\"");
            }
            if (pattern.indexOf('/') >= 0 || IpLiteral.parse(HostName.withoutBrackets(pattern)) != null) {
                blocks.add(Cidr.parse(option, HostName.withoutBrackets(pattern)));
            } else {
                names.add(HostPattern.parse(option, pattern));
            }
        }
        return new Destinations(names, blocks);
    }

    boolean isEmpty() {
        return names.isEmpty() && blocks.isEmpty();
    }

    /** Returns whether one of the names is that of this host. */
    boolean hasName(String host) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).matches(host)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether one of the blocks has this address. */
    boolean hasAddress(InetAddress address) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether this host is among them, as it is written. */
    boolean hasHost(String host) {
        if (hasName(host)) {
            return true;
        }
        InetAddress address = blocks.isEmpty() ? null : IpLiteral.parse(host);
        return address != null && hasAddress(address);
    }
}
