package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;

/** Waits only as long as a scope is wanted. */
public final class ScopeWait {
    private ScopeWait() {}

    /**
     * Waits until the signal fires, the scope is cancelled or the time has come; the caller checks which it was.
     *
     * @param time the clock to wait on
     * @param untilNanos a time of that clock
     */
    public static void await(TimeSource time, Exchange scope, Signal signal, long untilNanos)
            throws InterruptedException {
        Signal either = new Signal();
        Runnable unhookSignal = signal.whenFired(either::fire);
        Runnable unhookCancel = scope.onCancel((QuickHook<Outcome>) reason -> either.fire());
        try {
            time.await(either, untilNanos);
        } finally {
            unhookSignal.run();
            unhookCancel.run();
        }
    }
}
