package dev.sluice.proxy;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells two listeners, one after the other; a fault of the first does not keep anything from the second. */
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

    /** Tells one listener; what it throws is logged. */
    static void tell(ExchangeListener listener, Consumer<ExchangeListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException | Error fault) {
            LOG.error("a listener of exchanges failed: {}", listener, fault);
        }
    }
}
