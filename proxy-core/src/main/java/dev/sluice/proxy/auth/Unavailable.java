package dev.sluice.proxy.auth;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        String reason = tells(told, secret) ? fault.getClass().getName() : told;
        return ProxyException.refused(Outcome.REFUSED, 503, "who sends the request cannot be checked now", reason);
    }

    /** A mistake in somebody's code as it is; without its message and its causes if the secret is in one of them. */
    static RuntimeException without(RuntimeException fault, String secret) {
        if (!tells(fault, secret, Collections.newSetFromMap(new IdentityHashMap<>()))) {
            return fault;
        }
        IllegalStateException silent =
                new IllegalStateException(fault.getClass().getName());
        silent.setStackTrace(fault.getStackTrace());
        return silent;
    }

    private static boolean tells(@Nullable Throwable fault, String secret, Set<Throwable> seen) {
        return fault != null
                && seen.add(fault)
                && (tells(String.valueOf(fault), secret)
                        || tells(fault.getCause(), secret, seen)
                        || Arrays.stream(fault.getSuppressed()).anyMatch(each -> tells(each, secret, seen)));
    }

    private static boolean tells(String message, String secret) {
        return !secret.isEmpty() && message.contains(secret);
    }
}
