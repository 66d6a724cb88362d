package dev.sluice.proxy.connect;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;

/** What a resolver said: at least one address, each once. Immutable; a newer answer is another object. */
final class Answer {
    private final List<InetAddress> addresses;

    Answer(List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("an answer without addresses");
        }
        this.addresses = List.copyOf(new LinkedHashSet<>(addresses));
    }

    List<InetAddress> addresses() {
        return addresses;
    }

    boolean has(InetAddress address) {
        return addresses.contains(address);
    }
}
