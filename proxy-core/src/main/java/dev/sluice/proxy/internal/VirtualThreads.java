package dev.sluice.proxy.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Virtual threads where the running JDK has them, found once: the library is compiled for Java 17. */
public final class VirtualThreads {
    private static final int FEATURE = Runtime.version().feature();
    private static final Optional<Executor> EXECUTOR = find();
    private static final @Nullable MethodHandle IS_VIRTUAL = findIsVirtual();
    private static final int PATIENCE_SECONDS = 5;

    private static volatile boolean prepared;

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

    /**
     * Has the JDK make that with which its virtual threads wait for sockets. It does so when the first one waits, and if
     * there is no file descriptor at that moment, none can ever wait. To be called before a listener opens; it does
     * nothing without virtual threads, and from the second call on.
     *
     * @throws IOException if virtual threads cannot wait for sockets in this JVM
     */
    public static void prepareSockets() throws IOException {
        if (EXECUTOR.isEmpty() || prepared) {
            return;
        }
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody.setSoTimeout(1);
            FutureTask<Socket> waiting = new FutureTask<>(nobody::accept);
            EXECUTOR.get().execute(waiting);
            waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS).close();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException busy) {
            // The application's own virtual threads have all carriers. The first one that waits makes it, then.
        } catch (ExecutionException end) {
            if (!(end.getCause() instanceof SocketTimeoutException)) {
                throw new IOException("virtual threads cannot wait for sockets: " + end.getCause(), end.getCause());
            }
            prepared = true;
        }
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
