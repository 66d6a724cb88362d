package dev.sluice.proxy.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** Runs classes of tests by JUnit, so that what they say when they fail can be asserted. */
final class Runs {
    private Runs() {}

    static EngineExecutionResults of(Class<?>... tests) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectors(tests)).execute();
    }

    /** Runs them in two threads where their annotations say so. */
    static EngineExecutionResults parallel(Class<?>... tests) {
        return parallel(2, tests);
    }

    static EngineExecutionResults parallel(int threads, Class<?>... tests) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.executor-service", "FORK_JOIN_POOL")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter(
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", Integer.toString(threads))
                .selectors(selectors(tests))
                .execute();
    }

    private static ClassSelector[] selectors(Class<?>... tests) {
        return Stream.of(tests).map(test -> selectClass(test)).toArray(ClassSelector[]::new);
    }

    /** What went wrong, by the name of the test's method or of the class. */
    static Map<String, Throwable> failures(EngineExecutionResults results) {
        Map<String, Throwable> failures = new LinkedHashMap<>();
        results.allEvents().stream()
                .filter(event -> event.getType() == EventType.FINISHED)
                .forEach(event -> {
                    event.getPayload(TestExecutionResult.class)
                            .flatMap(TestExecutionResult::getThrowable)
                            .ifPresent(failure -> failures.put(name(event), failure));
                });
        return failures;
    }

    private static String name(Event event) {
        return event.getTestDescriptor().getDisplayName().replace("()", "");
    }

    /** Requires that so many tests have run and that none has failed. */
    static void assertPassed(int count, EngineExecutionResults results) {
        assertThat(failures(results)).isEmpty();
        assertThat(results.testEvents().succeeded().count()).isEqualTo(count);
    }

    static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 10_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** The status and the body of the answer to a request without a body. */
    static String ask(FakeGateway gateway, String method, String path) throws IOException {
        try (RawConnection client = RawConnection.connect(gateway.address())) {
            client.write(method + " " + path + " HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            String answer = client.readAll();
            return answer.substring(9, 12) + " " + answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }
}
