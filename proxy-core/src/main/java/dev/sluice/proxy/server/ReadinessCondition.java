package dev.sluice.proxy.server;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One condition of a {@link Readiness}. It is the code of a user, which may hang: so it is asked on a thread of its own,
 * which is never a virtual one, and by one thread at a time. Probes that come meanwhile share the answer. Safe for use by many
 * threads.
 */
final class ReadinessCondition {
    private final Logger log;
    private final String name;
    private final BooleanSupplier check;
    private final boolean once;
    private final LogLimit failures = new LogLimit(1, TimeSource.system()::nanos);
    private @Nullable Asking latest;

    /**
     * A condition that nobody has asked.
     *
     * @param once whether it is not asked again once it was met
     */
    ReadinessCondition(Logger log, String name, BooleanSupplier check, boolean once) {
        this.log = log;
        this.name = name;
        this.check = check;
        this.once = once;
    }

    String name() {
        return name;
    }

    /** Begins to ask. If the last one who did so has no answer yet, or a final one, this is that one. */
    synchronized Asking ask(TimeSource time, Duration timeout) {
        Asking before = latest;
        if (before != null && (!before.isOver() || (once && before.answer() == Answer.MET))) {
            return before;
        }
        Asking asking = new Asking(time, time.deadline(timeout));
        latest = asking;
        try {
            time.startNative("readiness " + name, () -> asking.end(check()));
        } catch (RuntimeException | Error noThread) {
            asking.end(failed(noThread));
        }
        return asking;
    }

    private Answer check() {
        try {
            return check.getAsBoolean() ? Answer.MET : Answer.NOT_MET;
        } catch (Exception | Error failure) {
            return failed(failure);
        }
    }

    private Answer failed(Throwable failure) {
        failures.happened(
                times -> log.warn("the condition \"{}\" of readiness failed{}", name, LogLimit.others(times), failure));
        return Answer.FAILED;
    }

    /** What a condition says, with the word for it. */
    enum Answer {
        MET("met"),
        NOT_MET("not met"),
        /** It has thrown something. */
        FAILED("failed"),
        /** It has not returned in time. */
        NONE("no answer");

        private final String word;

        Answer(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** One call of the condition. Its deadline is that of the probe that began it, so that no later one waits for longer. */
    static final class Asking {
        private final TimeSource time;
        private final long deadline;
        private final Signal over = new Signal();
        private volatile Answer answer = Answer.NONE;

        private Asking(TimeSource time, long deadline) {
            this.time = time;
            this.deadline = deadline;
        }

        private void end(Answer found) {
            answer = found;
            over.fire();
        }

        private boolean isOver() {
            return over.fired();
        }

        private Answer answer() {
            return answer;
        }

        /** Waits for the answer, until the deadline at the latest. */
        Answer await() throws InterruptedException {
            time.await(over, deadline);
            return answer;
        }
    }
}
