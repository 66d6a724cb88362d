package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.gateway.FakeGateway;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The classes and the test that use a gateway now, each within the one before. Each has its own stubs and received
 * requests; with the first one the gateway is closed. Safe for use by many threads.
 */
final class Turns {
    private final FakeGateway gateway;
    private final Deque<Turn> turns = new ArrayDeque<>();

    private record Turn(ExtensionContext context, FakeGateway.Scope scope) {
        String id() {
            return context.getUniqueId();
        }
    }

    Turns(FakeGateway gateway) {
        this.gateway = gateway;
    }

    /**
     * A class or a test begins. Has no effect if it has begun already.
     *
     * @throws ExtensionConfigurationException if it runs at the same time as another one, or may do so
     */
    synchronized void begin(ExtensionContext context) {
        Turn last = turns.peek();
        if (last != null && last.id().equals(context.getUniqueId())) {
            return;
        }
        if (last != null) {
            requireWithin(last, context);
            requireAlone(context);
        }
        turns.push(new Turn(context, gateway.scope()));
    }

    /**
     * It ends: its stubs and received requests are gone. With the first one the gateway is closed. Has no effect if it
     * has not begun.
     *
     * @throws AssertionError if it had an unmatched request or an answer that failed
     */
    synchronized void end(ExtensionContext context) {
        Turn last = turns.peek();
        if (last == null || !last.id().equals(context.getUniqueId())) {
            return;
        }
        turns.pop();
        FakeGateway closing = turns.isEmpty() ? gateway : null;
        FakeGateway.Scope ending = last.scope();
        try (closing;
                ending) {
            // It ends first. What it had is not lost if closing fails as well.
        }
    }

    private static void requireWithin(Turn last, ExtensionContext context) {
        for (Optional<ExtensionContext> each = context.getParent();
                each.isPresent();
                each = each.get().getParent()) {
            if (each.get().getUniqueId().equals(last.id())) {
                return;
            }
        }
        throw shared(context, "while " + name(last.context()) + " still does");
    }

    /** Says so before a race does. */
    private static void requireAlone(ExtensionContext context) {
        if (context.getExecutionMode() == ExecutionMode.CONCURRENT && isParallel(context)) {
            throw shared(context, "and JUnit may run it beside others that use it (CONCURRENT)");
        }
    }

    private static boolean isParallel(ExtensionContext context) {
        return context.getConfigurationParameter("junit.jupiter.execution.parallel.enabled")
                .map(Boolean::parseBoolean)
                .orElse(false);
    }

    private static ExtensionConfigurationException shared(ExtensionContext context, String why) {
        return new ExtensionConfigurationException(name(context) + " uses a gateway that others share, " + why
                + ": stubs and requests would mix. Give each test its own gateway, in a field that is not static or as a"
                + " parameter of the test, or let these tests run one after another: @Execution(SAME_THREAD)");
    }

    private static String name(ExtensionContext context) {
        String type = context.getTestClass().map(Class::getSimpleName).orElse("");
        return context.getTestMethod()
                .map(method -> type + "." + method.getName())
                .orElse(type);
    }
}
