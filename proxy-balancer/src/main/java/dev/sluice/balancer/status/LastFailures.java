package dev.sluice.balancer.status;

import dev.sluice.proxy.ExchangeRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The records of the last exchanges that failed: a bounded ring. They are put in words when somebody looks. Safe for use by
 * many threads.
 */
final class LastFailures {
    /** How many are kept. */
    static final int MOST = 50;

    private final Deque<Failed> records = new ArrayDeque<>(MOST);

    /** One of them. */
    static final class Failed {
        /** A pick names each member that was left out, and in an outage these may be a thousand. */
        private static final int LONGEST_LINE = 500;

        private static final int MOST_LINES = 40;

        private final ExchangeRecord record;
        private volatile @Nullable String words;

        private Failed(ExchangeRecord record) {
            this.record = record;
        }

        ExchangeRecord record() {
            return record;
        }

        /** Why it failed, in words: long lines are cut, and many lines too. */
        String explain() {
            String known = words;
            if (known == null) {
                known = record.explain()
                        .lines()
                        .limit(MOST_LINES)
                        .map(Failed::cut)
                        .collect(Collectors.joining("\n"));
                words = known;
            }
            return known;
        }

        private static String cut(String line) {
            return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
        }
    }

    synchronized void add(ExchangeRecord record) {
        if (records.size() == MOST) {
            records.removeLast();
        }
        records.addFirst(new Failed(record));
    }

    /** The newest first. */
    synchronized List<Failed> list() {
        return new ArrayList<>(records);
    }
}
