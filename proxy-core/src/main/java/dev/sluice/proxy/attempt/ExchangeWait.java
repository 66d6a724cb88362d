package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;

/** Waiting on an exchange's clock for no longer than the exchange is wanted. */
final class ExchangeWait {
    private ExchangeWait() {}

    /**
     * Waits until the signal fires or the time has come.
     *
     * @throws ProxyException if the exchange has been cancelled
     */
    static void await(Exchange exchange, Signal signal, long untilNanos) throws ProxyException, InterruptedException {
        Signal either = new Signal();
        Runnable unhookSignal = signal.whenFired(either::fire);
        Runnable unhookCancel = exchange.onCancel((QuickHook<Outcome>) reason -> either.fire());
        try {
            exchange.time().await(either, untilNanos);
        } finally {
            unhookSignal.run();
            unhookCancel.run();
        }
        exchange.check();
    }
}
