package dev.sluice.proxy.server;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The listeners that come and go while the server runs, put together as those of a builder are. */
final class LateListeners implements ExchangeListener {
    /** Guarded by this object. */
    private final List<ExchangeListener> listeners = new ArrayList<>();

    private volatile ExchangeListener all = NONE;

    synchronized void add(ExchangeListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        putTogether();
    }

    synchronized void remove(ExchangeListener listener) {
        listeners.remove(listener);
        putTogether();
    }

    private void putTogether() {
        all = listeners.stream().reduce(NONE, ExchangeListener::and);
    }

    @Override
    public void begun(ExchangeRecord record) {
        all.begun(record);
    }

    @Override
    public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
        all.attemptBegun(record, attempt);
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        all.attemptEnded(record, attempt);
    }

    @Override
    public void ended(ExchangeRecord record) {
        all.ended(record);
    }

    /** What the log names if a listener fails. */
    @Override
    public String toString() {
        return all.toString();
    }
}
