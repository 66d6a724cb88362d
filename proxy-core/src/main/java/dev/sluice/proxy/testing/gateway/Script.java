package dev.sluice.proxy.testing.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The answers of a stub, one for each request; behind the last one it goes on, or the first one comes again. Safe for use
 * by many threads.
 */
final class Script {
    private final Spans<Answer> answers = new Spans<>();
    private final Map<Object, Integer> counts = new HashMap<>();
    private final boolean rotates;
    private volatile Function<ReceivedRequest, Object> key = request -> "";

    Script(boolean rotates) {
        this.rotates = rotates;
    }

    synchronized void add(int times, Answer answer) {
        answers.put(answers.end(), answers.end() + times, answer);
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
        long end = answers.end();
        return Objects.requireNonNull(answers.at(rotates ? count % end : Math.min(count, end - 1)));
    }
}
