package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.time.Signal;
import java.util.concurrent.Executor;

/**
 * Counts the tasks of the JDK's server, each of which reads a head and serves its exchange. Once it drains and none is
 * left, it is settled: no other begins, as its answer could be cut between head and body. Safe for use by many threads.
 */
final class JdkListenerRuns implements Executor {
    private final Executor executor;
    private final Signal settled = new Signal();
    private int running;
    private boolean draining;

    JdkListenerRuns(Executor executor) {
        this.executor = executor;
    }

    /** Runs a task, or drops it if settled: the end of the server closes its connection. */
    @Override
    public void execute(Runnable exchange) {
        if (!enter()) {
            return;
        }
        boolean accepted = false;
        try {
            executor.execute(() -> run(exchange));
            accepted = true;
        } finally {
            if (!accepted) {
                leave();
            }
        }
    }

    private void run(Runnable exchange) {
        try {
            exchange.run();
        } finally {
            leave();
        }
    }

    /** Returns a signal that fires once none is left; the same at each call. */
    synchronized Signal drain() {
        draining = true;
        settleIfIdle();
        return settled;
    }

    /** Begins no other from now on. */
    synchronized void close() {
        settled.fire();
    }

    private synchronized boolean enter() {
        if (settled.fired()) {
            return false;
        }
        running++;
        return true;
    }

    private synchronized void leave() {
        running--;
        settleIfIdle();
    }

    private void settleIfIdle() {
        if (draining && running == 0) {
            settled.fire();
        }
    }
}
