package dev.sluice.examples.demo;

import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests, and keeps the explanations of the first that failed. The demo's own clients report their results,
 * because they see more than the proxy. Requests of other clients are counted as the proxy sees them. Safe for use by
 * many threads.
 */
final class Tally implements ExchangeListener {
    private static final int EXPLANATIONS = 10;

    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final List<String> explanations = new ArrayList<>();

    /** Counts a request of the demo; {@code failure} is null if the answer was right. */
    void ownRequest(@Nullable String failure) {
        count(failure == null);
        if (failure != null) {
            keep(failure);
        }
    }

    @Override
    public void ended(ExchangeRecord record) {
        Outcome outcome = record.outcome();
        // A status below 500 is the client's own fault: it left, or its request was not allowed.
        boolean good = outcome == null || outcome == Outcome.COMPLETED || outcome.status() < 500;
        if (!good) {
            keep(record.explain());
        }
        RequestRecord request = record.request();
        if (request == null || !request.headers().all("User-Agent").contains(Visitor.USER_AGENT)) {
            count(good);
        }
    }

    long answered() {
        return answered.sum();
    }

    long failed() {
        return failed.sum();
    }

    /** The explanations of the first failed requests. */
    List<String> explanations() {
        synchronized (explanations) {
            return List.copyOf(explanations);
        }
    }

    private void count(boolean good) {
        (good ? answered : failed).increment();
    }

    private void keep(String explanation) {
        synchronized (explanations) {
            if (explanations.size() < EXPLANATIONS) {
                explanations.add(explanation);
            }
        }
    }
}
