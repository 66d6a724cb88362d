package dev.sluice.proxy.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

class GatewayParameterTest {
    private static final ConcurrentLinkedQueue<InetSocketAddress> SEEN = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void nothingSeen() {
        SEEN.clear();
    }

    @ExtendWith(GatewayParameter.class)
    static class OfTheTest {
        private final FakeGateway own;

        OfTheTest(FakeGateway gateway) {
            own = gateway;
            own.on("GET /constructor").answers("constructor");
        }

        @BeforeEach
        void before(FakeGateway gateway) {
            assertThat(gateway).isSameAs(own);
        }

        @AfterEach
        void after(FakeGateway gateway) {
            assertThat(gateway).isSameAs(own);
            gateway.verify(1, "GET /constructor");
        }

        @Test
        void first(FakeGateway gateway) throws Exception {
            asks(gateway);
        }

        @Test
        void second(FakeGateway gateway) throws Exception {
            asks(gateway);
        }

        private void asks(FakeGateway gateway) throws Exception {
            assertThat(gateway).isSameAs(own);
            assertThat(Runs.ask(gateway, "GET", "/constructor")).isEqualTo("200 constructor");
            SEEN.add(gateway.address());
        }

        @Nested
        class Inner {
            @Test
            void third(FakeGateway gateway) throws Exception {
                asks(gateway);
            }
        }
    }

    @Test
    void aTestHasOneGatewayFromTheConstructorToAfterEach() {
        Runs.assertPassed(3, Runs.of(OfTheTest.class));

        assertThat(SEEN).hasSize(3).noneMatch(Runs::listens);
    }

    @ExtendWith(GatewayParameter.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class OfTheClass {
        @BeforeAll
        static void before(FakeGateway gateway) {
            gateway.on("GET /class").answers("class");
            SEEN.add(gateway.address());
        }

        @Test
        @Order(1)
        void first(FakeGateway gateway) throws Exception {
            gateway.on("GET /test").answers("test");
            assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
            SEEN.add(gateway.address());
        }

        @Test
        @Order(2)
        void second(FakeGateway gateway) throws Exception {
            gateway.verify(0, "GET /class");
            assertThat(Runs.ask(gateway, "GET", "/test")).startsWith("404 ");
        }

        @Nested
        class Inner {
            @BeforeEach
            void before(FakeGateway gateway) {
                gateway.connections().fails(1, Fault.CLOSE);
            }

            @Test
            void hasTheGatewayOfTheClassAroundIt(FakeGateway gateway) throws Exception {
                SEEN.add(gateway.address());
                gateway.on("GET /inner").answers("inner");
                assertThatThrownBy(() -> Runs.ask(gateway, "GET", "/inner")).isInstanceOf(RuntimeException.class);
                assertThat(Runs.ask(gateway, "GET", "/inner")).isEqualTo("200 inner");
                assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 class");
            }

            @Nested
            class Innermost {
                @BeforeAll
                static void before(FakeGateway gateway) {
                    gateway.on("GET /class").answers("innermost");
                }

                @Test
                void hasItAsWell(FakeGateway gateway) throws Exception {
                    SEEN.add(gateway.address());
                    gateway.connections().recover();
                    assertThat(Runs.ask(gateway, "GET", "/class")).isEqualTo("200 innermost");
                }
            }
        }
    }

    @Test
    void aGatewayOfBeforeAllIsSharedAndTheTestThatSendsAnUnmatchedRequestFails() {
        Map<String, Throwable> failures = Runs.failures(Runs.of(OfTheClass.class));

        assertThat(failures).containsOnlyKeys("second(FakeGateway)");
        assertThat(new HashSet<>(SEEN)).hasSize(1).noneMatch(Runs::listens);
    }

    @ExtendWith(GatewayParameter.class)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        private final FakeGateway own;

        OneInstance(FakeGateway gateway) {
            own = gateway;
        }

        @Test
        void first(FakeGateway gateway) {
            assertThat(gateway).isSameAs(own);
            SEEN.add(gateway.address());
        }

        @Test
        void second() {
            SEEN.add(own.address());
        }
    }

    @Test
    void oneInstanceForAllTestsHasOneGateway() {
        Runs.assertPassed(2, Runs.of(OneInstance.class));

        assertThat(new HashSet<>(SEEN)).hasSize(1).noneMatch(Runs::listens);
    }

    @ExtendWith(GatewayParameter.class)
    static class FailsInItsConstructor {
        FailsInItsConstructor(FakeGateway gateway) {
            SEEN.add(gateway.address());
            throw new IllegalStateException("its own");
        }

        @Test
        void never() {}
    }

    @Test
    void itIsClosedIfTheConstructorFails() {
        assertThat(Runs.failures(Runs.of(FailsInItsConstructor.class)).get("never"))
                .hasMessage("its own");

        assertThat(SEEN).hasSize(1).noneMatch(Runs::listens);
    }

    @ExtendWith(GatewayParameter.class)
    @Execution(ExecutionMode.CONCURRENT)
    static class InParallel {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @Test
        void first(FakeGateway gateway) throws Exception {
            asks(gateway, "first");
        }

        @Test
        void second(FakeGateway gateway) throws Exception {
            asks(gateway, "second");
        }

        private void asks(FakeGateway gateway, String text) throws Exception {
            gateway.on("GET /").answers(text);
            BOTH.await(10, TimeUnit.SECONDS);
            assertThat(Runs.ask(gateway, "GET", "/")).isEqualTo("200 " + text);
        }
    }

    @Test
    void testsRunInParallel() {
        Runs.assertPassed(2, Runs.parallel(InParallel.class));
    }
}
