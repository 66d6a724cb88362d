package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Twenty classes of tests in parallel, each test with its own gateway. It is embedded with JUnit and the library. */
public final class ManyGateways implements Consumer<String> {
    private static int perClass;

    /** Runs as many tests of each class; throws if one fails or if sockets are left. */
    @Override
    public void accept(String number) {
        perClass = Integer.parseInt(number);
        List<Class<?>> classes = Stream.of(ManyGateways.class.getDeclaredClasses())
                .filter(type -> type.getSuperclass() == Tests.class)
                .toList();
        // The JDK keeps one socket of its own from the first one on.
        FakeGateway.start().close();
        long socketsBefore = sockets();
        EngineExecutionResults results = Runs.parallel(8, classes.toArray(Class<?>[]::new));
        Map<String, Throwable> failures = Runs.failures(results);
        require(failures.isEmpty(), "failed: " + failures);
        long count = results.testEvents().succeeded().count();
        require(count == (long) classes.size() * perClass, "only " + count + " tests have run");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (sockets() > socketsBefore && System.nanoTime() < end) {
            pause();
        }
        require(sockets() <= socketsBefore, "sockets are left: " + sockets() + " after " + socketsBefore);
    }

    private static void pause() {
        try {
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says so on the standard output, which the test reads. */
    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            System.out.println(otherwise.replace('\n', ' '));
            throw new IllegalStateException(otherwise);
        }
    }

    /** The open sockets of this process, where the operating system tells them. */
    private static long sockets() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(ManyGateways::isSocket).count();
        } catch (IOException gone) {
            return 0;
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    abstract static class Tests {
        private static final List<Fault> FAULTS =
                List.of(Fault.RESET, Fault.CLOSE, Fault.CLOSE.inHead(9), Fault.CLOSE.inBody(2), Fault.RESET.inBody(0));

        @RegisterExtension
        final GatewayExtension gateway = GatewayExtension.create();

        static IntStream seeds() {
            return IntStream.range(0, perClass);
        }

        @ParameterizedTest
        @MethodSource("seeds")
        void hasItsOwnGateway(int seed) throws Exception {
            Random random = new Random(31L * seed + getClass().getSimpleName().hashCode());
            String text = getClass().getSimpleName() + " " + seed;
            int times = 1 + random.nextInt(3);
            gateway.on("GET /value").answers(text);
            gateway.on("GET /sequence").answers(503, "busy").then(text);
            gateway.on("GET /fault")
                    .fails(times, FAULTS.get(random.nextInt(FAULTS.size())))
                    .then(text);
            gateway.on("GET /silent").fails(Fault.SILENT);

            expect("200 " + text, "/value");
            expect("503 busy", "/sequence");
            expect("200 " + text, "/sequence");
            for (int i = 0; i < times; i++) {
                expectBroken("/fault");
            }
            expect("200 " + text, "/fault");
            gateway.verify(times + 1, "GET /fault");
            // It still waits when the test ends.
            try (RawConnection hanging = RawConnection.connect(gateway.address())) {
                hanging.write("GET /silent HTTP/1.1\r\nHost: a.test\r\n\r\n");
                while (gateway.received("GET /silent").isEmpty()) {
                    gateway.next();
                }
            }
        }

        private void expect(String answer, String path) throws IOException {
            String got = Runs.ask(gateway, "GET", path);
            if (!got.equals(answer)) {
                throw new AssertionError("expected " + answer + ", but was " + got);
            }
        }

        private void expectBroken(String path) {
            try {
                String got = Runs.ask(gateway, "GET", path);
                if (got.length() > 6) {
                    throw new AssertionError("expected a fault, but was " + got);
                }
            } catch (IOException | StringIndexOutOfBoundsException broken) {
                // So it should be.
            }
        }
    }

    static class T01 extends Tests {}

    static class T02 extends Tests {}

    static class T03 extends Tests {}

    static class T04 extends Tests {}

    static class T05 extends Tests {}

    static class T06 extends Tests {}

    static class T07 extends Tests {}

    static class T08 extends Tests {}

    static class T09 extends Tests {}

    static class T10 extends Tests {}

    static class T11 extends Tests {}

    static class T12 extends Tests {}

    static class T13 extends Tests {}

    static class T14 extends Tests {}

    static class T15 extends Tests {}

    static class T16 extends Tests {}

    static class T17 extends Tests {}

    static class T18 extends Tests {}

    static class T19 extends Tests {}

    static class T20 extends Tests {}
}
