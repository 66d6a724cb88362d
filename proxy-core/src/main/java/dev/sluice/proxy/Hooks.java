package dev.sluice.proxy;

import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hooks of a scope that have not run yet. One stands for itself, and more are a chain that never changes, from the last
 * one given to the first: most scopes have one or two, so neither a list nor an array is made for them.
 */
final class Hooks implements Consumer<Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.Exchange");

    private final Consumer<Outcome> last;
    private final Consumer<Outcome> before;

    private Hooks(Consumer<Outcome> before, Consumer<Outcome> last) {
        this.before = before;
        this.last = last;
    }

    /** These hooks and one more. */
    static Consumer<Outcome> plus(@Nullable Consumer<Outcome> hooks, Consumer<Outcome> more) {
        return hooks == null ? more : new Hooks(hooks, more);
    }

    /** These hooks without this one, if it is among them. */
    static @Nullable Consumer<Outcome> minus(@Nullable Consumer<Outcome> hooks, Consumer<Outcome> gone) {
        Consumer<Outcome> rest = null;
        boolean found = false;
        for (Consumer<Outcome> hook : inOrder(hooks)) {
            if (!found && hook.equals(gone)) {
                found = true;
            } else {
                rest = plus(rest, hook);
            }
        }
        return rest;
    }

    private static Iterable<Consumer<Outcome>> inOrder(@Nullable Consumer<Outcome> hooks) {
        Deque<Consumer<Outcome>> ordered = new ArrayDeque<>();
        Consumer<Outcome> left = hooks;
        while (left instanceof Hooks several) {
            ordered.addFirst(several.last);
            left = several.before;
        }
        if (left != null) {
            ordered.addFirst(left);
        }
        return ordered;
    }

    /** Runs all of them, the last one given first; without the lock of their owner. */
    @Override
    public void accept(Outcome outcome) {
        Consumer<Outcome> left = this;
        while (left instanceof Hooks several) {
            run(several.last, outcome);
            left = several.before;
        }
        run(left, outcome);
    }

    /** Runs a hook, without the lock; what it throws is logged. */
    static void run(Consumer<Outcome> hook, Outcome outcome) {
        try {
            hook.accept(outcome);
        } catch (RuntimeException | Error fault) {
            LOG.error("a hook for {} failed", outcome, fault);
        }
    }

    /**
     * Runs all of them in the order in which they were given, on a thread that may be the clock's: those that may block
     * run elsewhere.
     */
    static void handOff(TimeSource time, @Nullable Consumer<Outcome> hooks, Outcome outcome) {
        for (Consumer<Outcome> hook : inOrder(hooks)) {
            if (hook instanceof QuickHook) {
                run(hook, outcome);
            } else {
                time.handOff("cancel hook", () -> run(hook, outcome));
            }
        }
    }
}
