package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits on the clock of an exchange, until it is cancelled. */
final class ExchangePacing implements Pacing {
    private final Exchange exchange;
    private final Signal cancelled = new Signal();

    ExchangePacing(Exchange exchange) {
        this.exchange = exchange;
        exchange.onCancel((QuickHook<Outcome>) reason -> cancelled.fire());
    }

    @Override
    public TimeSource time() {
        return exchange.time();
    }

    @Override
    public Signal broken() {
        return cancelled;
    }

    /** The exchange sees it in any case. */
    @Override
    public void watch() {}

    @Override
    public void pause(Duration duration) throws IOException {
        await(cancelled, exchange.time().deadline(duration));
    }

    @Override
    public void await(Signal signal) throws IOException {
        Signal any = new Signal();
        Runnable unhook = signal.whenFired(any::fire);
        cancelled.whenFired(any::fire);
        try {
            await(any, TimeSource.NEVER);
        } finally {
            unhook.run();
        }
    }

    private void await(Signal signal, long deadlineNanos) throws IOException {
        try {
            exchange.time().await(signal, deadlineNanos);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        exchange.check();
    }
}
