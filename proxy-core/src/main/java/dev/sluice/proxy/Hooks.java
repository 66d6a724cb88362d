package dev.sluice.proxy;

import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hooks of a scope that have not run yet, in the order in which they were given. Guarded by the lock of its owner. */
final class Hooks {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.Exchange");

    /** Made when first needed: most scopes have two or three. */
    private List<Consumer<Outcome>> hooks = List.of();

    void add(Consumer<Outcome> hook) {
        hooks = hooks.isEmpty() ? new ArrayList<>(4) : hooks;
        hooks.add(hook);
    }

    void remove(Consumer<Outcome> hook) {
        if (!hooks.isEmpty()) {
            hooks.remove(hook);
        }
    }

    /** Takes all of them out. */
    List<Consumer<Outcome>> take() {
        List<Consumer<Outcome>> taken = hooks;
        hooks = List.of();
        return taken;
    }

    /** Runs a hook, without the lock; what it throws is logged. */
    static void run(Consumer<Outcome> hook, Outcome outcome) {
        try {
            hook.accept(outcome);
        } catch (RuntimeException | Error fault) {
            LOG.error("a hook for {} failed", outcome, fault);
        }
    }

    /** The same from a thread that may be the clock's: hooks that may block run elsewhere. */
    static void handOff(TimeSource time, Consumer<Outcome> hook, Outcome outcome) {
        if (hook instanceof QuickHook) {
            run(hook, outcome);
        } else {
            time.handOff("cancel hook", () -> run(hook, outcome));
        }
    }
}
