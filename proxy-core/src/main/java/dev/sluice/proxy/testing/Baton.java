package dev.sluice.proxy.testing;

import dev.sluice.proxy.testing.SimulatedTask.Wait;
import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which task of {@link SimulatedTime} runs, and moves its clock. A task is running (one at most), runnable, or
 * waiting. The one that stops running passes the baton on with {@link #pass}; until that has found the next task,
 * nobody runs. Everything is guarded by {@code lock}; actions of others are called without it.
 */
final class Baton {
    private static final Logger LOG = LoggerFactory.getLogger(TimeSource.class);

    private final Object lock = new Object();
    private final Agenda agenda = new Agenda();
    private final Deque<SimulatedTask> runnable = new ArrayDeque<>();
    private final Set<Wait> waiting = new LinkedHashSet<>();
    private long nanos;
    private @Nullable SimulatedTask first;
    private @Nullable SimulatedTask running;

    /** Not null once the first task has ended; fires when the others have. */
    private @Nullable Signal stopped;

    long nanos() {
        synchronized (lock) {
            return nanos;
        }
    }

    TimeSource.Scheduled schedule(long atNanos, Runnable action) {
        if (atNanos == TimeSource.NEVER) {
            return () -> {};
        }
        synchronized (lock) {
            Agenda.Entry entry = agenda.add(Math.max(nanos, atNanos), action);
            return () -> forget(entry);
        }
    }

    Signal start(String name, Runnable work) {
        SimulatedTask task = new SimulatedTask(name, work);
        synchronized (lock) {
            runnable.add(task);
        }
        return task.done;
    }

    /** Makes the calling thread the first task, and the running one. */
    void begin() {
        SimulatedTask task = new SimulatedTask("run", () -> {});
        task.thread = Thread.currentThread();
        synchronized (lock) {
            if (first != null) {
                throw new IllegalStateException("run is called while another run goes on");
            }
            first = task;
            running = task;
        }
    }

    /** Ends the first task, interrupts the others, and waits until they have ended. */
    void stop() {
        Signal end = new Signal();
        synchronized (lock) {
            stopped = end;
            running = null;
            for (Wait wait : List.copyOf(waiting)) {
                wait.interrupted = true;
                makeRunnable(wait);
            }
        }
        pass();
        if (!awaitReally(end)) {
            throw new IllegalStateException(
                    "tasks did not end within " + Change.LIMIT.toSeconds() + " s of being interrupted: " + leftover());
        }
        synchronized (lock) {
            stopped = null;
            first = null;
        }
    }

    /**
     * Waits as {@link TimeSource#await} does.
     *
     * @param last whether to wait at least until nothing else can happen at the deadline
     */
    boolean await(Signal signal, long deadlineNanos, boolean last) throws InterruptedException {
        Wait wait;
        Agenda.@Nullable Entry atDeadline;
        synchronized (lock) {
            SimulatedTask task = running;
            boolean isTask = task != null && task.thread == Thread.currentThread();
            if (Thread.interrupted() || (isTask && stopped != null)) {
                throw new InterruptedException();
            }
            if (signal.fired() || (!last && deadlineNanos <= nanos)) {
                return signal.fired();
            }
            if (task == null || !isTask) {
                throw notATask();
            }
            wait = new Wait(task);
            atDeadline = deadlineNanos == TimeSource.NEVER ? null : wakeAt(deadlineNanos, last, wait);
            waiting.add(wait);
            running = null;
        }
        Runnable unhook = signal.whenFired(() -> wake(wait));
        try {
            pass();
            awaitTurn(wait);
            return signal.fired();
        } finally {
            unhook.run();
            forget(atDeadline);
        }
    }

    private static IllegalStateException notATask() {
        return new IllegalStateException("only a task of the run can wait in simulated time, not "
                + Thread.currentThread().getName()
                + " and no scheduled task: call what waits within SimulatedTime.run(() -> ...)");
    }

    private Agenda.Entry wakeAt(long atNanos, boolean last, Wait wait) {
        return last ? agenda.addLast(atNanos, () -> wake(wait)) : agenda.add(atNanos, () -> wake(wait));
    }

    private void awaitTurn(Wait wait) throws InterruptedException {
        while (!hasTurn(wait)) {
            LockSupport.park(this);
        }
        if (wait.deadlock != null) {
            throw new IllegalStateException(wait.deadlock);
        }
        if (wait.interrupted) {
            throw new InterruptedException();
        }
    }

    private boolean hasTurn(Wait wait) {
        synchronized (lock) {
            // Cleared only here, under the lock, so that pass never misses an interrupt between flag and field.
            wait.interrupted |= Thread.interrupted();
            return running == wait.task;
        }
    }

    /** Runs what is due, moves the clock, and gives the baton to the next task that can go on. */
    private void pass() {
        while (true) {
            Agenda.Entry due;
            SimulatedTask next = null;
            synchronized (lock) {
                List.copyOf(waiting).stream().filter(Wait::isInterrupted).forEach(this::interrupt);
                due = nextDue();
                if (due != null) {
                    nanos = Math.max(nanos, due.nanos());
                } else {
                    next = nextRunnable();
                    running = next;
                }
            }
            if (due == null) {
                resume(next);
                return;
            }
            due.run();
        }
    }

    /** The clock moves only when no task can go on, and no more when the run is over. */
    private Agenda.@Nullable Entry nextDue() {
        if (stopped != null) {
            return null;
        }
        return runnable.isEmpty() ? agenda.poll(TimeSource.NEVER) : agenda.pollOrdinary(nanos);
    }

    /** Null when the run is over and no task is left; a first task that would wait forever is woken to fail. */
    private @Nullable SimulatedTask nextRunnable() {
        if (runnable.isEmpty() && stopped == null) {
            String names = waiting.stream().map(wait -> wait.task.name).collect(Collectors.joining(", "));
            for (Wait wait : List.copyOf(waiting)) {
                if (wait.task == first) {
                    wait.deadlock = "deadlock: all tasks wait forever, and nothing is scheduled: " + names;
                    makeRunnable(wait);
                }
            }
        }
        return runnable.poll();
    }

    private void resume(@Nullable SimulatedTask next) {
        if (next == null) {
            Signal end;
            synchronized (lock) {
                end = stopped;
            }
            if (end != null) {
                end.fire();
            }
            return;
        }
        Thread thread;
        synchronized (lock) {
            thread = next.thread;
        }
        if (thread == null) {
            TimeSource.system().start(next.name, () -> carryOut(next));
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void carryOut(SimulatedTask task) {
        synchronized (lock) {
            task.thread = Thread.currentThread();
            if (stopped != null) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            task.work.run();
        } catch (Throwable failure) {
            log(task, failure);
        } finally {
            // What is due runs on this thread next, and is not what was interrupted.
            Thread.interrupted();
            task.done.fire();
            synchronized (lock) {
                running = null;
            }
            pass();
        }
    }

    /** An exception of a task that was interrupted because the run ended is expected, and not worth an error. */
    private void log(SimulatedTask task, Throwable failure) {
        boolean expected;
        synchronized (lock) {
            expected = stopped != null;
        }
        if (expected) {
            LOG.debug("{} failed at the end of the run", task.name, failure);
        } else {
            LOG.error("{} failed", task.name, failure);
        }
    }

    private void wake(Wait wait) {
        synchronized (lock) {
            if (waiting.contains(wait)) {
                makeRunnable(wait);
            }
        }
    }

    private void interrupt(Wait wait) {
        wait.interrupted = true;
        makeRunnable(wait);
    }

    private void makeRunnable(Wait wait) {
        waiting.remove(wait);
        runnable.add(wait.task);
    }

    private void forget(Agenda.@Nullable Entry entry) {
        synchronized (lock) {
            if (entry != null) {
                agenda.remove(entry);
            }
        }
    }

    private String leftover() {
        synchronized (lock) {
            return Stream.concat(Stream.ofNullable(running), runnable.stream())
                    .map(task -> task.name)
                    .collect(Collectors.joining(", "));
        }
    }

    /** Waits in real time; an interrupt stays noted for the caller, who has ended and cannot be told otherwise. */
    private static boolean awaitReally(Signal end) {
        TimeSource real = TimeSource.system();
        long deadlineNanos = real.deadline(Change.LIMIT);
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return real.await(end, deadlineNanos);
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
