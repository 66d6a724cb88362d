package dev.sluice.proxy.connect.lookup;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;

/** The answer of a resolver: at least one address, each once. Immutable; a newer answer is another object. */
public final class Answer {
    private final List<InetAddress> addresses;

    /**
     * An answer.
     *
     * @throws IllegalArgumentException if there is no address
     */
    public Answer(List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("an answer without addresses");
        }
        this.addresses = List.copyOf(new LinkedHashSet<>(addresses));
    }

    /** The addresses, in the order in which to try them. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /** Returns whether this address is among them. */
    public boolean has(InetAddress address) {
        return addresses.contains(address);
    }
}
