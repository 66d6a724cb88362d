package dev.sluice.proxy.testing;

import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.testing.change.Change;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the records of the exchanges that have ended, for a test to look at. Safe for use by many threads. */
public final class RecordingListener implements ExchangeListener {
    private final List<ExchangeRecord> records = new CopyOnWriteArrayList<>();
    private final Change change = new Change();

    /** A listener without records. */
    public RecordingListener() {}

    @Override
    public void ended(ExchangeRecord record) {
        records.add(record);
        change.tell();
    }

    /** The records so far, in the order in which the exchanges ended. */
    public List<ExchangeRecord> records() {
        return List.copyOf(records);
    }

    /**
     * Waits, in real time, until at least {@code n} exchanges have ended.
     *
     * @return their records, in the order in which they ended
     * @throws IllegalStateException if there are fewer after 10 seconds; the message says how many
     * @throws InterruptedException if the thread is interrupted
     */
    public List<ExchangeRecord> awaitEnded(int n) throws InterruptedException {
        change.await(() -> records.size() >= n, () -> n + " ended exchanges; there are " + records.size());
        return records();
    }
}
