package dev.sluice.proxy.auth;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;

/** What happens if it cannot be decided now who sends a request: nobody enters. */
final class Unavailable {
    private Unavailable() {}

    /**
     * The refusal: one with an outcome as it is, else 503. The log is told why.
     *
     * @param secret does not get into the log, even if the message has it; empty for none
     */
    static ProxyException because(IOException fault, String secret) {
        if (fault instanceof ProxyException known) {
            return known;
        }
        String told = String.valueOf(fault);
        boolean tells = !secret.isEmpty() && told.contains(secret);
        String reason = tells ? fault.getClass().getName() : told;
        return ProxyException.refused(Outcome.REFUSED, 503, "who sends the request cannot be checked now", reason);
    }
}
