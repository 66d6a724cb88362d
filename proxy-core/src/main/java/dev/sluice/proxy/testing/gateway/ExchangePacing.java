package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Waits on the clock of an exchange, until it is cancelled or one of its timeouts has passed, as a transport would: first
 * for the head, then for each piece of the body. For one thread at a time.
 */
final class ExchangePacing implements Pacing {
    private final Exchange exchange;
    private final TimeSource time;
    private final Timeouts timeouts;
    private final HeadTime.Wait headWait;
    private final long headUntilNanos;
    private final Signal cancelled = new Signal();
    private boolean head = true;

    ExchangePacing(Exchange exchange) {
        this.exchange = exchange;
        this.time = exchange.time();
        this.timeouts = Timeouts.of(exchange);
        this.headWait = HeadTime.part(exchange.get(HeadTime.class), timeouts.head());
        this.headUntilNanos = headWait.begin(time.nanos());
        exchange.onCancel((QuickHook<Outcome>) reason -> cancelled.fire());
    }

    /** The head is here, or never comes. */
    void headIsOver() {
        head = false;
        headWait.end(time.nanos());
    }

    @Override
    public void pause(Duration duration) throws IOException {
        await(cancelled, time.deadline(duration));
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
        long timeoutNanos = head ? headUntilNanos : time.deadline(timeouts.idle());
        boolean fired;
        try {
            fired = time.await(signal, Math.min(deadlineNanos, timeoutNanos));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        exchange.check();
        if (!fired && timeoutNanos < deadlineNanos) {
            throw timeout();
        }
    }

    private ProxyException timeout() {
        return head
                ? new ProxyException(
                        Outcome.HEAD_TIMEOUT,
                        Delivery.SENT_UNKNOWN,
                        "no response's head within " + DurationText.of(timeouts.head()) + headWait.whose())
                : new ProxyException(
                        Outcome.BODY_TIMEOUT,
                        Delivery.ANSWERED,
                        "nothing more of the body within " + DurationText.of(timeouts.idle()));
    }
}
