package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Waits on the clock of an exchange, until it is cancelled, and no longer than a transport would. For one thread. */
final class ExchangePacing implements Pacing {
    private final Exchange exchange;
    private final Signal cancelled = new Signal();
    private long limitNanos = TimeSource.NEVER;
    private Outcome late = Outcome.TOTAL_TIMEOUT;

    ExchangePacing(Exchange exchange) {
        this.exchange = exchange;
        exchange.onCancel((QuickHook<Outcome>) reason -> cancelled.fire());
    }

    /** Waits until then at most; what is later fails with this outcome. */
    void limit(long deadlineNanos, Outcome outcome) {
        limitNanos = deadlineNanos;
        late = outcome;
    }

    @Override
    public TimeSource time() {
        return exchange.time();
    }

    @Override
    public boolean hasSocket() {
        return false;
    }

    @Override
    public Signal broken() {
        return cancelled;
    }

    /** Closing a gateway ends no exchange. */
    @Override
    public boolean isClosing() {
        return false;
    }

    /** The exchange sees it in any case. */
    @Override
    public void watch() {}

    @Override
    public void awaitUntil(Signal signal, long deadlineNanos) throws IOException {
        try {
            exchange.time().await(signal, Math.min(limitNanos, deadlineNanos));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        exchange.check();
        if (!signal.fired() && limitNanos < deadlineNanos) {
            Delivery delivery = switch (late) {
                case CONNECT_TIMEOUT -> Delivery.NOT_SENT;
                case HEAD_TIMEOUT -> Delivery.SENT_UNKNOWN;
                default -> Delivery.ANSWERED;
            };
            throw new ProxyException(late, delivery, "the answer comes too late: " + late);
        }
    }
}
