package dev.sluice.balancer.status;

import dev.sluice.proxy.ExchangeRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The records of the last exchanges that failed: a bounded ring. They are put in words when somebody looks. Safe for use by many threads. */
final class LastFailures {
    /** How many are kept. */
    static final int MOST = 50;

    private final Deque<ExchangeRecord> records = new ArrayDeque<>(MOST);

    synchronized void add(ExchangeRecord record) {
        if (records.size() == MOST) {
            records.removeLast();
        }
        records.addFirst(record);
    }

    /** The newest first. */
    synchronized List<ExchangeRecord> list() {
        return new ArrayList<>(records);
    }
}
