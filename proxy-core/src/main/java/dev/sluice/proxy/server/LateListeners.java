package dev.sluice.proxy.server;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners that come and go while the server runs. A fault of one does not affect the others. */
final class LateListeners implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeListener.class);

    private final List<ExchangeListener> listeners = new CopyOnWriteArrayList<>();

    void add(ExchangeListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    void remove(ExchangeListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void begun(ExchangeRecord record) {
        each(listener -> listener.begun(record));
    }

    @Override
    public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
        each(listener -> listener.attemptBegun(record, attempt));
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        each(listener -> listener.attemptEnded(record, attempt));
    }

    @Override
    public void ended(ExchangeRecord record) {
        each(listener -> listener.ended(record));
    }

    private void each(Consumer<ExchangeListener> event) {
        if (listeners.isEmpty()) {
            return;
        }
        for (ExchangeListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error fault) {
                LOG.error("a listener of exchanges failed: {}", listener, fault);
            }
        }
    }
}
