package dev.sluice.proxy.scope;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.syntax.FieldSet;

/**
 * Fields that only this proxy writes towards an upstream, or that end here, as a key does. A filter removes them from the
 * head; so they must not come back as trailers. An attribute of exchanges. Immutable.
 */
public final class OwnFields {
    /** None. */
    public static final OwnFields NONE = new OwnFields(FieldSet.of());

    private final FieldSet names;

    private OwnFields(FieldSet names) {
        this.names = names;
    }

    /** Adds fields to those of the request's exchange. */
    public static void add(ProxyRequest request, FieldSet more) {
        // Only such a body can have trailers.
        if (request.body().length() == Body.UNKNOWN) {
            FieldSet all = of(request.exchange()).names.and(more);
            request.exchange().put(OwnFields.class, new OwnFields(all));
        }
    }

    /** Those of an exchange. */
    public static OwnFields of(Exchange exchange) {
        OwnFields own = exchange.get(OwnFields.class);
        return own == null ? NONE : own;
    }

    /** Returns whether it is one of them, also as CGI writes it. */
    public boolean has(String name) {
        return names.hasAsCgi(name);
    }
}
