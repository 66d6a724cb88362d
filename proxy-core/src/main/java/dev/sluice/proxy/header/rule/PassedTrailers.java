package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.scope.OwnFields;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which trailers of a request go on: those that the route names, which keeps this in the exchange. A gRPC request keeps
 * all, as its protocol uses them. Never those that {@link TrailerFields} forbids, and none that is also in the received
 * or in the sent head, so that a field that the proxy has set or removed there does not come back. Immutable.
 *
 * @param names compared without case
 * @param own fields that none may be
 */
public record PassedTrailers(Set<String> names, OwnFields own) {
    private static final PassedTrailers NONE = named(Set.of());

    /** Keeps the names in lower case. */
    public PassedTrailers {
        Set<String> lower = new HashSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        names = Set.copyOf(lower);
    }

    /** Those with these names. */
    public static PassedTrailers named(Set<String> names) {
        return new PassedTrailers(names, OwnFields.NONE);
    }

    /** The trailers for {@code exchange}: none if no route has named any. */
    public static PassedTrailers of(Exchange exchange) {
        PassedTrailers route = exchange.get(PassedTrailers.class);
        PassedTrailers passed = route == null ? NONE : route;
        OwnFields own = OwnFields.of(exchange);
        return own == OwnFields.NONE ? passed : new PassedTrailers(passed.names, own);
    }

    /**
     * The trailers that go on.
     *
     * @param trailers as they were received
     * @param received the fields of the head as they were received
     * @param sent the fields of the head as they went out
     */
    public Headers apply(Headers trailers, Headers received, Headers sent) {
        if (trailers.isEmpty()) {
            return trailers;
        }
        boolean all = Grpc.is(sent);
        Set<String> taken = new HashSet<>();
        received.forEach((name, value) -> taken.add(asCgi(name)));
        sent.forEach((name, value) -> taken.add(asCgi(name)));
        return TrailerFields.allowed(trailers)
                .without(name -> own.has(name)
                        || taken.contains(asCgi(name))
                        || !(all || names.contains(name.toLowerCase(Locale.ROOT))));
    }

    private static String asCgi(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
