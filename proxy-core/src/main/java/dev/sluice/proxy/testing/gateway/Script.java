package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The answers of a stub, one for each request; behind the last one it goes on, or the first one comes again. Safe for use
 * by many threads.
 */
final class Script {
    private final List<Answer> answers = new ArrayList<>();
    private final Map<Object, Integer> counts = new HashMap<>();
    private final boolean rotates;
    private volatile Function<ReceivedRequest, Object> key = request -> "";

    Script(boolean rotates) {
        this.rotates = rotates;
    }

    synchronized void add(int times, Answer answer) {
        for (int i = 0; i < times; i++) {
            answers.add(answer);
        }
    }

    /** Counts apart for each value of {@code of}. */
    void countBy(Function<ReceivedRequest, Object> of) {
        key = of;
    }

    /** The answer to the next request of its kind. */
    Answer next(ReceivedRequest request) {
        return next(key.apply(request));
    }

    private synchronized Answer next(Object of) {
        int count = counts.merge(of, 1, Integer::sum) - 1;
        return answers.get(rotates ? count % answers.size() : Math.min(count, answers.size() - 1));
    }
}
