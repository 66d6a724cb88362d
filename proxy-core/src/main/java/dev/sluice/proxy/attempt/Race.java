package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one request that run beside each other, each as a task. A task sends, or reads a response whole,
 * keeps the result, and reports it. Only the exchange's thread calls these methods, and it does everything else. If a
 * task gets a response after its attempt was broken off, the attempt's scope closes it. Only the answering thread sends
 * interim responses, so those of a task are dropped; clients do not rely on them.
 */
final class Race {
    private final Exchange exchange;
    private List<AttemptTask> running = List.of();

    /** Fired by a task that has settled. Made again before the tasks are looked at, so that none is missed. */
    private volatile @Nullable Signal change;

    Race(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Begins one more attempt. */
    void begin(Attempt attempt, ProxyRequest request) {
        // So that a loser's task never reads the client's bytes.
        attempt.scope().onEnd(outcome -> request.body().close());
        attempt.scope().withoutInterim();
        start(new AttemptTask(attempt, request));
    }

    /** Lets an attempt that has the head of its response read the rest beside the others. */
    void hold(Attempt attempt) {
        start(new AttemptTask(attempt, null));
    }

    private void start(AttemptTask task) {
        exchange.time().start("attempt", () -> run(task));
        running = running.isEmpty() ? new ArrayList<>(2) : running;
        running.add(task);
    }

    private void run(AttemptTask task) {
        task.run();
        Signal awaited = change;
        if (awaited != null) {
            awaited.fire();
        }
    }

    /** Returns whether any runs, or has an outcome that has not been read. */
    boolean isEmpty() {
        return running.isEmpty();
    }

    /**
     * Waits until one has settled, which is then no longer in the race, or is slow.
     *
     * @return the one that has settled; null when one is slow, which {@link #slow} tells then
     * @throws ProxyException if the exchange has been cancelled
     */
    @Nullable
    AttemptTask awaitSettled() throws ProxyException, InterruptedException {
        while (true) {
            Signal next = new Signal();
            change = next;
            AttemptTask settled = first(AttemptTask::settled);
            if (settled != null) {
                running.remove(settled);
                return settled;
            }
            long slowAtNanos = slowAtNanos();
            if (exchange.time().nanos() >= slowAtNanos) {
                return null;
            }
            ScopeWait.await(exchange.time(), exchange, next, slowAtNanos);
            exchange.check();
        }
    }

    /** The one that was slow first; from now on it does not count as slow. */
    Attempt slow() {
        long atNanos = slowAtNanos();
        AttemptTask slow = Objects.requireNonNull(first(task -> task.attempt().slowAtNanos() == atNanos));
        slow.attempt().toldSlow();
        return slow.attempt();
    }

    private long slowAtNanos() {
        long first = TimeSource.NEVER;
        for (AttemptTask task : running) {
            first = Math.min(first, task.attempt().slowAtNanos());
        }
        return first;
    }

    private @Nullable AttemptTask first(Predicate<AttemptTask> wanted) {
        for (AttemptTask task : running) {
            if (wanted.test(task)) {
                return task;
            }
        }
        return null;
    }

    /**
     * Breaks off all that run.
     *
     * @param why for their records
     */
    void breakOff(String why) {
        List<AttemptTask> left = running;
        running = List.of();
        for (AttemptTask task : left) {
            task.attempt().breakOff(why);
        }
    }
}
