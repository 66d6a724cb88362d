package dev.sluice.proxy.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes servers when the JVM is told to end. A signal, INT (Ctrl-C), TERM or HUP, closes them and then ends the JVM
 * with status 0; without this the JVM would end with 130 or 143. A second signal during the drain ends it at once. At
 * any other normal end, such as {@code System.exit}, a shutdown hook closes them. Signals that were ignored when the
 * JVM was started stay ignored.
 *
 * <p>{@code sun.misc.Signal} of the module {@code jdk.unsupported} is the only way to handle a signal; without it only
 * the hook is left, and the status is that of the signal. When the last server has closed, the previous handlers are
 * restored, so that the JVM does not hold this class. Safe for use by many threads.
 */
final class ProcessEnd {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.server.ProxyServer");
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");
    private static final ProcessEnd INSTANCE = new ProcessEnd();

    private final Set<AutoCloseable> servers = new LinkedHashSet<>();

    /** The previous handlers, by signal. */
    private final Map<String, Object> before = new LinkedHashMap<>();

    private @Nullable Thread hook;

    private ProcessEnd() {}

    /** Closes {@code server} when the JVM is told to end, from now on. */
    static void add(AutoCloseable server) {
        INSTANCE.register(server);
    }

    /** Removes the server again. Has no effect if it was not added. */
    static void remove(AutoCloseable server) {
        INSTANCE.forget(server);
    }

    private synchronized void register(AutoCloseable server) {
        if (servers.isEmpty()) {
            install();
        }
        servers.add(server);
    }

    private synchronized void forget(AutoCloseable server) {
        if (servers.remove(server) && servers.isEmpty()) {
            restore();
        }
    }

    private void install() {
        Thread closing = new Thread(null, this::closeAll, "sluice-exit", 0, false);
        try {
            Runtime.getRuntime().addShutdownHook(closing);
            hook = closing;
        } catch (IllegalStateException ending) {
            LOG.debug("the JVM is already ending", ending);
            return;
        }
        InvocationHandler handler = (proxy, method, arguments) -> answer(proxy, method, arguments);
        for (String name : SIGNALS) {
            try {
                Class<?> type = Class.forName("sun.misc.SignalHandler");
                Object ours = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
                before.put(name, handle(name, ours));
            } catch (ReflectiveOperationException | RuntimeException | LinkageError unable) {
                // For example in a JVM that was started with -Xrs or without this module, or on a system without HUP.
                LOG.debug("signal {} is left to the JVM: {}", name, unable.toString());
            }
        }
    }

    private void restore() {
        before.forEach((name, handler) -> {
            try {
                handle(name, handler);
            } catch (ReflectiveOperationException | RuntimeException unable) {
                LOG.debug("the handler of signal {} was not put back: {}", name, unable.toString());
            }
        });
        before.clear();
        Thread closing = hook;
        hook = null;
        if (closing != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(closing);
            } catch (IllegalStateException ending) {
                // The JVM is ending, so the hook runs or has run.
            }
        }
    }

    private static Object handle(String name, Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
        return handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    }

    /** What a proxy is asked for: {@code handle}, or what every object has. */
    @SuppressWarnings("ReferenceEquality") // it is what equals of an object means
    private @Nullable Object answer(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "handle" -> {
                atSignal();
                yield null;
            }
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "closes the servers";
        };
    }

    /** On a thread of the JVM's that is made for it. */
    private void atSignal() {
        List<AutoCloseable> closing;
        synchronized (this) {
            closing = List.copyOf(servers);
            servers.clear();
            restore();
        }
        closing.forEach(Closing::close);
        System.exit(0);
    }

    private void closeAll() {
        List<AutoCloseable> closing;
        synchronized (this) {
            closing = List.copyOf(servers);
        }
        closing.forEach(Closing::close);
    }
}
