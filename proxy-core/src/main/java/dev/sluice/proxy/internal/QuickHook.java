package dev.sluice.proxy.internal;

import java.util.function.Consumer;

/**
 * A hook of the library that neither blocks nor calls user code, so that it may run on the clock's thread. Any other
 * hook is handed off to a task.
 *
 * @param <T> the type of the hook's argument
 */
@FunctionalInterface
public interface QuickHook<T> extends Consumer<T> {}
