package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import java.util.HashSet;
import java.util.Set;

/**
 * Names of fields that a peer has sent with the demand that nobody keeps them in a table for compression: whoever sends them on
 * in HTTP/2 makes the same demand (RFC 7541 §6.2.3, §7.1.3). An attribute of exchanges. Immutable.
 *
 * @param names in lower case
 */
public record SecretFields(Set<String> names) {
    private static final SecretFields NONE = new SecretFields(Set.of());

    /** Adds names to those of an exchange. */
    public static void add(Exchange exchange, Set<String> more) {
        if (more.isEmpty()) {
            return;
        }
        Exchange whole = exchange;
        for (Exchange parent = whole.parent(); parent != null; parent = parent.parent()) {
            // What an origin says counts for the client, who has not made the attempt.
            whole = parent;
        }
        // The body of a request and the head of the response may come at the same time.
        synchronized (whole) {
            Set<String> all = new HashSet<>(of(whole));
            if (all.addAll(more)) {
                whole.put(SecretFields.class, new SecretFields(Set.copyOf(all)));
            }
        }
    }

    /** Those of an exchange. */
    public static Set<String> of(Exchange exchange) {
        SecretFields known = exchange.get(SecretFields.class);
        return (known == null ? NONE : known).names;
    }
}
