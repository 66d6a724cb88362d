package dev.sluice.proxy.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

class GatewayExtensionTest {
    /** The addresses of the gateways of the tests that have run. */
    private static final ConcurrentLinkedQueue<InetSocketAddress> SEEN = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void nothingSeen() {
        SEEN.clear();
    }

    static class OneForEach {
        @RegisterExtension
        final GatewayExtension gateway = GatewayExtension.create();

        @Test
        void first() throws Exception {
            gateway.on("GET /").answers("first");
            assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 first");
            SEEN.add(gateway.address());
        }

        @Test
        void second() throws Exception {
            gateway.allowUnmatched();
            assertThat(Runs.ask(gateway, "GET", "/")).startsWith("404 ");
            SEEN.add(gateway.address());
        }

        @Nested
        class Inner {
            @Test
            void third() {
                assertThat(gateway.received()).isEmpty();
                SEEN.add(gateway.address());
            }
        }
    }

    @Test
    void inAFieldThatIsNotStaticEachTestHasItsOwnAndItIsClosedBehindTheTest() {
        Runs.assertPassed(3, Runs.of(OneForEach.class));

        assertThat(SEEN).hasSize(3).noneMatch(Runs::listens);
    }

    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class OneForAll {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        static {
            gateway.on("GET /field").answers("field");
        }

        @BeforeAll
        static void before() {
            gateway.on("GET /class").answers("class");
            SEEN.add(gateway.address());
        }

        @BeforeEach
        void beforeEach() {
            gateway.on("GET /each").answers("each");
        }

        @AfterAll
        static void after() throws Exception {
            gateway.verify(0, "/test");
            assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
        }

        @Test
        @Order(1)
        void givesAStub() throws Exception {
            gateway.on("GET /test").answers("test");
            assertThat(Runs.ask(gateway, "GET", "/test")).isEqualTo("200 test");
            gateway.verify(1, "GET /test");
            gateway.allowUnmatched();
            SEEN.add(gateway.address());
        }

        @Test
        @Order(2)
        void hasNoStubAndNoRequestOfTheOneBefore() throws Exception {
            gateway.verify(0, "GET /test");
            assertThat(Runs.ask(gateway, "GET", "/field")).isEqualTo("200 field");
            assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
            assertThat(Runs.ask(gateway, "GET", "/each")).isEqualTo("200 each");
        }

        @Test
        @Order(3)
        void sendsWhatNoStubMatches() throws Exception {
            assertThat(Runs.ask(gateway, "GET", "/test")).startsWith("404 ");
        }

        @Nested
        class Inner {
            @BeforeAll
            static void before() {
                gateway.on("GET /inner").answers("inner");
            }

            @Test
            void hasTheStubsOfTheClassesAroundIt() throws Exception {
                assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
                assertThat(Runs.ask(gateway, "GET", "/inner")).isEqualTo("200 inner");
                SEEN.add(gateway.address());
            }
        }

        @Nested
        class Other {
            @Test
            void hasNotThoseOfANestedClassBefore() throws Exception {
                gateway.allowUnmatched();
                assertThat(Runs.ask(gateway, "GET", "/inner")).startsWith("404 ");
            }
        }
    }

    @Test
    void inAStaticFieldStubsOfTheClassStayAndThoseOfATestEndAndTheTestThatSentAnUnmatchedRequestFails() {
        Map<String, Throwable> failures = Runs.failures(Runs.of(OneForAll.class));

        assertThat(failures).containsOnlyKeys("sendsWhatNoStubMatches");
        assertThat(failures.get("sendsWhatNoStubMatches"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("no stub answers")
                .hasMessageContaining("GET /test");
        assertThat(new HashSet<>(SEEN)).hasSize(1).noneMatch(Runs::listens);
    }

    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Refuses {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @BeforeAll
        static void before() {
            gateway.on("GET /").answers("hello");
        }

        @Test
        @Order(1)
        void refuses() {
            gateway.refuse();
            assertThat(Runs.listens(gateway.address())).isFalse();
            SEEN.add(gateway.address());
        }

        @Test
        @Order(2)
        void listensAgain() throws Exception {
            assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 hello");
            SEEN.add(gateway.address());
        }

        @Nested
        class Down {
            @BeforeAll
            static void before() {
                gateway.refuse();
            }

            @RepeatedTest(2)
            void listensForOneTest() throws Exception {
                assertThat(Runs.listens(gateway.address())).isFalse();
                gateway.listen();
                assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 hello");
                SEEN.add(gateway.address());
            }
        }

        @Nested
        class Up {
            @Test
            void listens() throws Exception {
                assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 hello");
            }
        }
    }

    @Test
    void aTestRefusesForItselfAlone() {
        Runs.assertPassed(5, Runs.of(Refuses.class));
        assertThat(new HashSet<>(SEEN)).hasSize(1).noneMatch(Runs::listens);
    }

    static class FailsByItself {
        @RegisterExtension
        final GatewayExtension gateway = GatewayExtension.create();

        @Test
        void fails() throws Exception {
            Runs.ask(gateway, "GET", "/nothing");
            throw new IllegalStateException("its own");
        }
    }

    @Test
    void aTestThatHasFailedKeepsItsFailureAndTheGatewaysIsSuppressed() {
        Throwable failure = Runs.failures(Runs.of(FailsByItself.class)).get("fails");

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("its own");
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(gateways ->
                        assertThat(gateways).isInstanceOf(AssertionError.class).hasMessageContaining("GET /nothing"));
    }

    static class UnmatchedBefore {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @BeforeAll
        static void before() throws Exception {
            Runs.ask(gateway, "GET", "/before");
        }

        @Test
        void passes() {
            SEEN.add(gateway.address());
        }
    }

    @Test
    void anUnmatchedRequestThatNoTestHasSentFailsTheClass() {
        Map<String, Throwable> failures = Runs.failures(Runs.of(UnmatchedBefore.class));

        assertThat(failures).containsOnlyKeys("GatewayExtensionTest$UnmatchedBefore");
        assertThat(failures.values())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("GET /before"));
        assertThat(SEEN).noneMatch(Runs::listens);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class OneInstance {
        @RegisterExtension
        final GatewayExtension gateway = GatewayExtension.create();

        @BeforeAll
        void before() {
            gateway.on("GET /class").answers("class");
        }

        @Test
        @Order(1)
        void first() throws Exception {
            gateway.on("GET /test").answers("test");
            assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
            SEEN.add(gateway.address());
        }

        @Test
        @Order(2)
        void second() throws Exception {
            gateway.allowUnmatched();
            assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
            assertThat(Runs.ask(gateway, "GET", "/test")).startsWith("404 ");
            SEEN.add(gateway.address());
        }
    }

    @Test
    void oneInstanceForAllTestsSharesItsGateway() {
        Runs.assertPassed(2, Runs.of(OneInstance.class));

        assertThat(new HashSet<>(SEEN)).hasSize(1).noneMatch(Runs::listens);
    }

    abstract static class Base {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @BeforeAll
        static void before() {
            gateway.on("GET /").answers("base");
        }

        @Test
        void asks() throws Exception {
            assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 base");
            SEEN.add(gateway.address());
        }
    }

    static class One extends Base {}

    static class Two extends Base {}

    @Test
    void classesThatInheritAFieldUseItOneAfterAnother() {
        Runs.assertPassed(2, Runs.of(One.class, Two.class));

        assertThat(SEEN).hasSize(2).noneMatch(Runs::listens);
    }

    @Disabled("on purpose")
    static class NeverRun {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @Test
        void never() {}
    }

    @Test
    void aClassThatDoesNotRunOpensNoPort() {
        long before = gatewayThreads();

        assertThat(Runs.of(NeverRun.class).containerEvents().skipped().count()).isEqualTo(1);

        assertThat(gatewayThreads()).isEqualTo(before);
    }

    private static long gatewayThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-gateway"))
                .count();
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class InParallel {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @RegisterExtension
        final GatewayExtension gateway = GatewayExtension.create();

        @Test
        void first() throws Exception {
            asks("first");
        }

        @Test
        void second() throws Exception {
            asks("second");
        }

        private void asks(String text) throws Exception {
            gateway.on("GET /").answers(text);
            BOTH.await(10, TimeUnit.SECONDS);
            assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 " + text);
            BOTH.await(10, TimeUnit.SECONDS);
            gateway.verify(1, "GET /");
        }
    }

    @Test
    void testsWithTheirOwnGatewayRunInParallel() {
        Runs.assertPassed(2, Runs.parallel(InParallel.class));
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class SharedInParallel {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @Test
        void first() {}

        @Test
        void second() {}
    }

    @Test
    void testsThatShareAGatewayAreRefusedIfTheyMayRunInParallel() {
        Map<String, Throwable> failures = Runs.failures(Runs.parallel(SharedInParallel.class));

        assertThat(failures).containsOnlyKeys("first", "second");
        assertThat(failures.get("first"))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessage(
                        "SharedInParallel.first uses a gateway that others share, and JUnit may run it beside others"
                                + " that use it (CONCURRENT): stubs and requests would mix. Give each test its own gateway, in a"
                                + " field that is not static or as a parameter of the test, or let these tests run one after"
                                + " another: @Execution(SAME_THREAD)");
        Runs.assertPassed(2, Runs.of(SharedInParallel.class));
    }

    @Execution(ExecutionMode.CONCURRENT)
    abstract static class Meeting {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @Test
        @Execution(ExecutionMode.SAME_THREAD)
        void meets() throws Exception {
            BOTH.await(10, TimeUnit.SECONDS);
        }
    }

    static class MeetingOne extends Meeting {
        @BeforeAll
        static void meet() throws Exception {
            Meeting.BOTH.await(10, TimeUnit.SECONDS);
        }
    }

    static class MeetingTwo extends Meeting {
        @BeforeAll
        static void meet() throws Exception {
            Meeting.BOTH.await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void twoClassesThatUseOneGatewayAtTheSameTimeAreRefused() {
        List<Throwable> failures = List.copyOf(
                Runs.failures(Runs.parallel(MeetingOne.class, MeetingTwo.class)).values());

        assertThat(failures)
                .anySatisfy(
                        failure -> assertThat(failure)
                                .isInstanceOf(ExtensionConfigurationException.class)
                                .hasMessageMatching(
                                        "(?s)Meeting(One|Two) uses a gateway that others share, while Meeting(One|Two) still does: .*"));
    }
}
