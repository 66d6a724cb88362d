package dev.sluice.proxy.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Virtual threads where the running JDK has them, found once: the library is compiled for Java 17. */
public final class VirtualThreads {
    private static final int FEATURE = Runtime.version().feature();
    private static final Optional<Executor> EXECUTOR = find();
    private static final @Nullable MethodHandle IS_VIRTUAL = findIsVirtual();

    private VirtualThreads() {}

    /**
     * An executor with one virtual thread per task, on a JDK where blocking inside {@code synchronized} does not hold a
     * carrier thread (24 and later, JEP 491); the JDK's HTTP server and much of a user's code block so.
     */
    public static Optional<Executor> free() {
        return FEATURE >= 24 ? EXECUTOR : Optional.empty();
    }

    /**
     * An executor with one virtual thread per task, from 21 on: for code that never blocks inside {@code
     * synchronized}, as that would hold a carrier thread before 24.
     */
    public static Optional<Executor> any() {
        return EXECUTOR;
    }

    /** Returns whether the calling thread is a virtual one. */
    public static boolean isCurrent() {
        return isVirtual(Thread.currentThread());
    }

    private static boolean isVirtual(Thread thread) {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable impossible) {
            throw new IllegalStateException("a thread cannot say whether it is virtual", impossible);
        }
    }

    private static @Nullable MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException absent) {
            return null;
        }
    }

    private static Optional<Executor> find() {
        if (FEATURE < 21) {
            return Optional.empty();
        }
        try {
            return Optional.of((Executor) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke());
        } catch (Throwable absent) {
            return Optional.empty();
        }
    }
}
