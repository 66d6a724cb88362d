package dev.sluice.proxy.internal;

import java.util.function.Consumer;

/**
 * A hook of the library's own that neither blocks nor calls anything of the user's, so that it may run on the clock's
 * thread. A hook that is not marked so is handed off to a task.
 *
 * @param <T> what the hook is told
 */
@FunctionalInterface
public interface QuickHook<T> extends Consumer<T> {}
