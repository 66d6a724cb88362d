package dev.sluice.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.junit.GatewayExtension;
import dev.sluice.proxy.testing.junit.GatewayParameter;
import dev.sluice.proxy.testing.junit.ProxyContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is compiled with JUnit 6 runs with JUnit 5. */
class OnJunit5Test {
    private static String get(FakeGateway gateway, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri(path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void thisIsJunit5() {
        String file =
                Test.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        assertThat(file).contains("junit-jupiter-api-5.");
    }

    @Nested
    class InAField {
        @RegisterExtension
        final GatewayExtension gateway = GatewayExtension.create();

        @RepeatedTest(2)
        void eachTestHasItsOwn() throws Exception {
            gateway.on("GET /").answers("hello");
            assertThat(get(gateway, "/")).isEqualTo("hello");
            gateway.verify(1, "GET /");
        }
    }

    @Nested
    class InAStaticField {
        @RegisterExtension
        static final GatewayExtension gateway = GatewayExtension.create();

        @BeforeAll
        static void forAll() {
            gateway.on("GET /").answers("hello");
        }

        @RepeatedTest(2)
        void allTestsShareIt() throws Exception {
            assertThat(get(gateway, "/")).isEqualTo("hello");
            gateway.verify(1, "GET /");
        }
    }

    @Nested
    @ExtendWith(GatewayParameter.class)
    class AsAParameter {
        private final FakeGateway own;

        AsAParameter(FakeGateway gateway) {
            own = gateway;
        }

        @BeforeEach
        void before(FakeGateway gateway) {
            gateway.on("GET /").answers("hello");
        }

        @RepeatedTest(2)
        void oneForTheWholeTest(FakeGateway gateway) throws Exception {
            assertThat(gateway).isSameAs(own);
            assertThat(get(gateway, "/")).isEqualTo("hello");
            gateway.verify(1, "GET /");
        }
    }

    @Nested
    class AProxy extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder().addRoute("/**", upstream.toString());
        }
    }
}
