package dev.sluice.proxy;

import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The life of a scope, which {@link Exchange} tells of: open, perhaps cancelled, ended; its deadline, its hooks, and the
 * lives within it. Each step is taken under its own lock, and what the step sets off runs without any. Safe for use by
 * many threads.
 */
final class ScopeLife {
    private static final int ANY_TIME = -1;

    private final @Nullable ScopeLife parent;
    private final TimeSource time;
    /** Replaced and never changed: most scopes have one child. */
    private List<ScopeLife> children = List.of();

    private @Nullable Consumer<Outcome> cancelHooks;
    private @Nullable Consumer<Outcome> endHooks;
    /** Made when first needed: most scopes have none. */
    private @Nullable ScopeDeadline deadline;

    private @Nullable Outcome cancelled;
    private @Nullable Outcome outcome;
    /** Whether the end hooks have run. Until then a cancellation breaks off what they wait for. */
    private boolean over;

    ScopeLife(@Nullable ScopeLife parent, TimeSource time) {
        this.parent = parent;
        this.time = time;
    }

    long deadlineNanos() {
        long outer = parent == null ? TimeSource.NEVER : parent.deadlineNanos();
        synchronized (this) {
            return deadline == null ? outer : Math.min(deadline.nanos(), outer);
        }
    }

    void deadline(long nanos, Outcome reason) {
        deadline(nanos, reason, () -> true);
    }

    void deadline(long nanos, Outcome reason, BooleanSupplier holds) {
        ScopeDeadline own;
        int number;
        synchronized (this) {
            if (nanos == TimeSource.NEVER && deadline == null) {
                return;
            }
            own = deadline == null ? new ScopeDeadline() : deadline;
            deadline = own;
            number = own.replace(nanos);
            if (nanos == TimeSource.NEVER || outcome != null) {
                return;
            }
        }
        TimeSource.Scheduled task =
                ScopeDeadline.schedule(time, nanos, number, passed -> passed(own, passed, reason, holds));
        synchronized (this) {
            own.keep(number, task);
        }
    }

    private void passed(ScopeDeadline own, int number, Outcome reason, BooleanSupplier holds) {
        synchronized (this) {
            if (outcome != null || cancelled != null || !own.isCurrent(number)) {
                return;
            }
        }
        // Without the lock, as what it calls has its own locks.
        if (holds.getAsBoolean()) {
            cancel(reason, number);
            return;
        }
        synchronized (this) {
            if (own.isCurrent(number)) {
                own.replace(TimeSource.NEVER);
            }
        }
    }

    /** Takes in a child, which is cancelled at once if this has been cancelled or has ended. */
    void add(ScopeLife child) {
        Outcome reason;
        synchronized (this) {
            reason = outcome != null ? outcome : cancelled;
            if (outcome == null) {
                children = children.isEmpty()
                        ? List.of(child)
                        : Stream.concat(children.stream(), Stream.of(child)).toList();
            }
        }
        if (reason != null) {
            child.cancel(forChild(reason));
        }
    }

    /** Returns whether it has neither been cancelled nor ended. */
    synchronized boolean isOpen() {
        return cancelled == null && outcome == null;
    }

    synchronized @Nullable Outcome cancelled() {
        return cancelled;
    }

    synchronized @Nullable Outcome outcome() {
        return outcome;
    }

    boolean cancel(Outcome reason) {
        return cancel(reason, ANY_TIME);
    }

    /**
     * The same for a deadline that has passed, unless another took its place while its task was about to run.
     *
     * @param number of the deadline, or {@link #ANY_TIME} for any other reason
     */
    private boolean cancel(Outcome reason, int number) {
        Consumer<Outcome> hooks;
        List<ScopeLife> open;
        boolean ending;
        synchronized (this) {
            ending = outcome != null;
            boolean missed = number != ANY_TIME && (ending || deadline == null || !deadline.isCurrent(number));
            if (cancelled != null || over || missed) {
                return false;
            }
            cancelled = ending ? null : reason;
            hooks = cancelHooks;
            cancelHooks = null;
            open = children;
        }
        open.forEach(child -> child.cancel(forChild(reason)));
        Hooks.handOff(time, hooks, reason);
        return !ending;
    }

    /** An attempt that is still open is not the one that failed, so its upstream is not to blame. */
    private static Outcome forChild(Outcome how) {
        return how == Outcome.COMPLETED || how.blamesUpstream() ? Outcome.ABANDONED : how;
    }

    Runnable onCancel(Consumer<Outcome> hook) {
        Outcome reason;
        synchronized (this) {
            reason = cancelled;
            if (reason == null && !over) {
                cancelHooks = Hooks.plus(cancelHooks, hook);
            }
        }
        if (reason != null) {
            Hooks.run(hook, reason);
        }
        return () -> {
            synchronized (this) {
                cancelHooks = Hooks.minus(cancelHooks, hook);
            }
        };
    }

    void onEnd(Consumer<Outcome> release) {
        Outcome ended;
        synchronized (this) {
            ended = outcome;
            if (ended == null) {
                endHooks = Hooks.plus(endHooks, release);
            }
        }
        if (ended != null) {
            Hooks.run(release, ended);
        }
    }

    boolean end(Outcome how) {
        Consumer<Outcome> hooks;
        List<ScopeLife> open;
        synchronized (this) {
            if (outcome != null) {
                return false;
            }
            outcome = how;
            hooks = endHooks;
            endHooks = null;
            open = children;
            children = List.of();
            if (deadline != null) {
                deadline.end();
            }
        }
        for (ScopeLife child : open) {
            child.cancel(forChild(how));
            child.close();
        }
        if (hooks != null) {
            Hooks.run(hooks, how);
        }
        synchronized (this) {
            over = true;
            cancelHooks = null;
        }
        // Not earlier: until its hooks have run, a cancellation of the parent must reach it.
        if (parent != null) {
            parent.forget(this);
        }
        return true;
    }

    private synchronized void forget(ScopeLife child) {
        children = children.size() == 1 && children.get(0) == child
                ? List.of()
                : children.stream().filter(other -> other != child).toList();
    }

    /** Ends with the outcome that it was cancelled with, or with ABANDONED. */
    void close() {
        Outcome reason = cancelled();
        end(reason == null ? Outcome.ABANDONED : reason);
    }
}
