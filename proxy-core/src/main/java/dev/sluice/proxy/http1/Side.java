package dev.sluice.proxy.http1;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;

/** The sender of a message, which decides the outcome of a fault in it. */
public enum Side {
    /** A client's: it is refused, with a status. */
    REQUEST {
        @Override
        ProxyException fault(Outcome outcome, int status, String detail) {
            return ProxyException.refused(outcome, status, detail);
        }
    },
    /** An origin's: BAD_RESPONSE, ANSWERED, whatever the fault is. */
    RESPONSE {
        @Override
        ProxyException fault(Outcome outcome, int status, String detail) {
            return new ProxyException(Outcome.BAD_RESPONSE, Delivery.ANSWERED, detail);
        }
    };

    /** The failure for a fault; outcome and status are those of a request. */
    abstract ProxyException fault(Outcome outcome, int status, String detail);

    /** The failure for a malformed message: 400 for a request. */
    ProxyException malformed(String detail) {
        return fault(Outcome.BAD_REQUEST, 400, detail);
    }
}
