package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import org.jspecify.annotations.Nullable;

/** Lets one thread in at a time; the others wait on the clock. */
final class Turn {
    private final TimeSource time;

    /** Fires when the present turn ends. Guarded by this. */
    private @Nullable Signal end;

    Turn(TimeSource time) {
        this.time = time;
    }

    /** Waits for the turn, and takes it. */
    void take() throws ProxyException {
        try {
            for (Signal other = takeOrOther(); other != null; other = takeOrOther()) {
                time.await(other, TimeSource.NEVER);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new ProxyException(
                    Outcome.ABANDONED,
                    Delivery.SENT_UNKNOWN,
                    "interrupted before the request's body was read",
                    interrupt);
        }
    }

    /** Takes the turn, unless somebody has it; returns whether it did. */
    boolean tryTake() {
        return takeOrOther() == null;
    }

    private synchronized @Nullable Signal takeOrOther() {
        Signal other = end;
        end = other == null ? new Signal() : other;
        return other;
    }

    /** Gives back the turn that was taken. */
    void end() {
        Signal own;
        synchronized (this) {
            own = end;
            end = null;
        }
        if (own != null) {
            own.fire();
        }
    }
}
