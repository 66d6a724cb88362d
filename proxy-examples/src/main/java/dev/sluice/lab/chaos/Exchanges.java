package dev.sluice.lab.chaos;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.RequestRecord;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the proxy reports about its exchanges: counts, and the reasons of failures. Safe for use by many threads. */
final class Exchanges implements ExchangeListener {
    private static final int EXPLANATIONS = 5_000;

    private final LongAdder exchanges = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder hedged = new LongAdder();
    private final LongAdder waited = new LongAdder();
    private final LongAdder begunAttempts = new LongAdder();
    private final LongAdder endedAttempts = new LongAdder();
    private final AtomicLong mostAttempts = new AtomicLong();
    private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();
    private final Map<String, String> explanations = new ConcurrentHashMap<>();

    @Override
    public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
        begunAttempts.increment();
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        endedAttempts.increment();
        count("attempt " + attempt.outcome());
    }

    @Override
    public void ended(ExchangeRecord record) {
        exchanges.increment();
        mostAttempts.accumulateAndGet(record.attempts().size(), Math::max);
        if (record.attempts().size() > 1) {
            (notes(record, "hedge: ") ? hedged : repeated).increment();
        }
        if (notes(record, "waits: ")) {
            waited.increment();
        }
        count("exchange " + record.outcome());
        RequestRecord request = record.request();
        boolean repeatedPost = record.attempts().size() > 1 && request != null && !request.idempotent();
        if (record.outcome() != Outcome.COMPLETED || repeatedPost) {
            explain(record, request);
        }
    }

    /** What the proxy reports about the request with this id. */
    String explanation(String id) {
        return explanations.getOrDefault(id, "the proxy saw no failure\n");
    }

    long begunAttempts() {
        return begunAttempts.sum();
    }

    long endedAttempts() {
        return endedAttempts.sum();
    }

    String summary() {
        return exchanges + " exchanges, " + begunAttempts + " attempts, " + repeated + " exchanges with a retry, "
                + hedged
                + " with a hedge, " + waited + " parked; at most " + mostAttempts + " attempts for one\n"
                + new TreeMap<>(outcomes);
    }

    private void explain(ExchangeRecord record, @Nullable RequestRecord request) {
        String id =
                request == null ? "" : request.headers().first(Asked.ID_FIELD).orElse("");
        if (!id.isEmpty() && explanations.size() < EXPLANATIONS) {
            long millis = (record.endNanos() - record.beginNanos()) / 1_000_000;
            explanations.put(id, "began " + record.beginAt() + ", took " + millis + " ms: " + record.explain());
        }
    }

    private void count(String what) {
        outcomes.computeIfAbsent(what, any -> new LongAdder()).increment();
    }

    private static boolean notes(ExchangeRecord record, String beginning) {
        // Most exchanges have one decision: the pick.
        return record.decisions().size() > 1
                && record.decisions().stream().anyMatch(each -> each.explain().contains(beginning));
    }
}
