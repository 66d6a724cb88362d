package dev.sluice.proxy;

import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
    // Made when first needed: most scopes have one child.
    private List<ScopeLife> children = Collections.emptyList();
    private final Hooks cancelHooks = new Hooks();
    private final Hooks endHooks = new Hooks();
    private final ScopeDeadline deadline = new ScopeDeadline();
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
            return Math.min(deadline.nanos(), outer);
        }
    }

    void deadline(long nanos, Outcome reason) {
        deadline(nanos, reason, () -> true);
    }

    void deadline(long nanos, Outcome reason, BooleanSupplier holds) {
        int number;
        synchronized (this) {
            number = deadline.replace(nanos);
            if (nanos == TimeSource.NEVER || outcome != null) {
                return;
            }
        }
        TimeSource.Scheduled task =
                ScopeDeadline.schedule(time, nanos, number, passed -> passed(passed, reason, holds));
        synchronized (this) {
            deadline.keep(number, task);
        }
    }

    private void passed(int number, Outcome reason, BooleanSupplier holds) {
        synchronized (this) {
            if (outcome != null || cancelled != null || !deadline.isCurrent(number)) {
                return;
            }
        }
        // Without the lock, as what it calls has its own locks.
        if (holds.getAsBoolean()) {
            cancel(reason, number);
            return;
        }
        synchronized (this) {
            if (deadline.isCurrent(number)) {
                deadline.replace(TimeSource.NEVER);
            }
        }
    }

    /** Takes in a child, which is cancelled at once if this has been cancelled or has ended. */
    void add(ScopeLife child) {
        Outcome reason;
        synchronized (this) {
            reason = outcome != null ? outcome : cancelled;
            if (outcome == null) {
                children = children.isEmpty() ? new ArrayList<>(2) : children;
                children.add(child);
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
        List<Consumer<Outcome>> hooks;
        List<ScopeLife> open;
        boolean ending;
        synchronized (this) {
            ending = outcome != null;
            boolean missed = number != ANY_TIME && (ending || !deadline.isCurrent(number));
            if (cancelled != null || over || missed) {
                return false;
            }
            cancelled = ending ? null : reason;
            hooks = cancelHooks.take();
            open = List.copyOf(children);
        }
        open.forEach(child -> child.cancel(forChild(reason)));
        hooks.forEach(hook -> Hooks.handOff(time, hook, reason));
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
                cancelHooks.add(hook);
            }
        }
        if (reason != null) {
            Hooks.run(hook, reason);
        }
        return () -> {
            synchronized (this) {
                cancelHooks.remove(hook);
            }
        };
    }

    void onEnd(Consumer<Outcome> release) {
        Outcome ended;
        synchronized (this) {
            ended = outcome;
            if (ended == null) {
                endHooks.add(release);
            }
        }
        if (ended != null) {
            Hooks.run(release, ended);
        }
    }

    boolean end(Outcome how) {
        List<Consumer<Outcome>> hooks;
        List<ScopeLife> open;
        synchronized (this) {
            if (outcome != null) {
                return false;
            }
            outcome = how;
            hooks = endHooks.take();
            open = children;
            children = Collections.emptyList();
            deadline.end();
        }
        for (ScopeLife child : open) {
            child.cancel(forChild(how));
            child.close();
        }
        for (int i = hooks.size() - 1; i >= 0; i--) {
            Hooks.run(hooks.get(i), how);
        }
        synchronized (this) {
            over = true;
            cancelHooks.take();
        }
        // Not earlier: until its hooks have run, a cancellation of the parent must reach it.
        if (parent != null) {
            parent.forget(this);
        }
        return true;
    }

    private synchronized void forget(ScopeLife child) {
        children.remove(child);
    }

    /** Ends with the outcome that it was cancelled with, or with ABANDONED. */
    void close() {
        Outcome reason = cancelled();
        end(reason == null ? Outcome.ABANDONED : reason);
    }
}
