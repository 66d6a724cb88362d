package dev.sluice.proxy;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls two listeners, one after the other. A fault of the first does not affect the second. */
record TwoListeners(ExchangeListener first, ExchangeListener second) implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeListener.class);

    @Override
    public void begun(ExchangeRecord record) {
        both(listener -> listener.begun(record));
    }

    @Override
    public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
        both(listener -> listener.attemptBegun(record, attempt));
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        both(listener -> listener.attemptEnded(record, attempt));
    }

    @Override
    public void ended(ExchangeRecord record) {
        both(listener -> listener.ended(record));
    }

    private void both(Consumer<ExchangeListener> event) {
        tell(first, event);
        tell(second, event);
    }

    /** Calls one listener. Its exceptions are logged. */
    static void tell(ExchangeListener listener, Consumer<ExchangeListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException | Error fault) {
            LOG.error("a listener of exchanges failed: {}", listener, fault);
        }
    }
}
