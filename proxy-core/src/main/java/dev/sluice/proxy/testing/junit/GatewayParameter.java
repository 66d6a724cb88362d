package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.gateway.FakeGateway;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A {@link FakeGateway} as a parameter of a test of JUnit 5 or 6, with {@link ExtendWith}.
 *
 * <pre>{@code
 * @ExtendWith(GatewayParameter.class)
 * class UserClientTest {
 *     @Test
 *     void readsTheName(FakeGateway gateway) throws Exception {
 *         gateway.on("GET /users/{id}").answers("Anna");
 *         assertThat(new UserClient(gateway.uri()).name(7)).isEqualTo("Anna");
 *     }
 * }
 * }</pre>
 *
 * <p>Each test has its own gateway, the same one in the constructor, in {@code @BeforeEach}, in the test and in
 * {@code @AfterEach}; such tests may run in parallel. Where {@code @BeforeAll} asks for it first, or the constructor of a
 * class with one instance for all tests, the tests of the class share one, as with a {@link GatewayExtension} in a static
 * field. So it is with any constructor before JUnit 5.12. The gateway is closed behind its test or class, and a request
 * that no stub matches fails the test that sent it. Safe for use by many threads.
 */
@SuppressWarnings("exports") // users of this package read JUnit's module, and other users have none
public final class GatewayParameter
        implements ParameterResolver, BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Namespace OURS = Namespace.create(GatewayParameter.class);

    /** For JUnit. */
    public GatewayParameter() {}

    /** For JUnit: the test itself, and not its class, is what a constructor's parameter is for. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    /** For JUnit. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FakeGateway.class;
    }

    /** For JUnit. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Lent lent = lent(context);
        if (lent == null) {
            lent = new Lent(context);
            context.getStore(OURS).put(Lent.class, lent);
        }
        return lent.gateway;
    }

    /** For JUnit. */
    @Override
    public void beforeAll(ExtensionContext context) {
        begin(context);
    }

    /** For JUnit. */
    @Override
    public void beforeEach(ExtensionContext context) {
        begin(context);
    }

    /** For JUnit. */
    @Override
    public void afterEach(ExtensionContext context) {
        end(context);
    }

    /** For JUnit. */
    @Override
    public void afterAll(ExtensionContext context) {
        end(context);
    }

    private static void begin(ExtensionContext context) {
        Optional.ofNullable(lent(context)).ifPresent(lent -> lent.turns.begin(context));
    }

    private static void end(ExtensionContext context) {
        Optional.ofNullable(lent(context)).ifPresent(lent -> lent.turns.end(context));
    }

    /** The gateway of this test, or of a class around it. */
    private static @Nullable Lent lent(ExtensionContext context) {
        return context.getStore(OURS).get(Lent.class, Lent.class);
    }

    /** A gateway that is lent to a test or a class. */
    @SuppressWarnings("deprecation") // JUnit 5.12 and before closes nothing else
    private static final class Lent implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        private final FakeGateway gateway = FakeGateway.start();
        private final Turns turns = new Turns(gateway);

        /** Begins with the first part, which is the owner. */
        Lent(ExtensionContext owner) {
            turns.begin(owner);
        }

        /** Where JUnit has called nothing else, as behind a constructor that failed. */
        @Override
        public void close() {
            gateway.close();
        }
    }
}
