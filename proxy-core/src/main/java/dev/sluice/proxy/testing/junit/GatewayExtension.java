package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.gateway.FakeGateway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A {@link FakeGateway} in a field of a test of JUnit 5 or 6, with {@link RegisterExtension}.
 *
 * <pre>{@code
 * class UserClientTest {
 *     @RegisterExtension
 *     final GatewayExtension gateway = GatewayExtension.create();
 *
 *     @Test
 *     void readsTheName() throws Exception {
 *         gateway.on("GET /users/{id}").answers("Anna");
 *         assertThat(new UserClient(gateway.uri()).name(7)).isEqualTo("Anna");
 *     }
 * }
 * }</pre>
 *
 * <p>In a field that is not static, each test has its own gateway, with its own port; such tests may run in parallel.
 *
 * <p>In a static field, or in a class with one instance for all tests, all tests of the class and of its nested classes
 * share one. Stubs that are given before the tests, such as in {@code @BeforeAll}, stay for all of them. Stubs that a
 * test gives, also in {@code @BeforeEach}, and what it received end with it; so it is with a nested class. Such tests
 * must run one after another: where JUnit may run two of them in parallel, both fail with an {@link
 * ExtensionConfigurationException}, while whole classes may run in parallel.
 *
 * <p>The port opens when the first test begins, or when the address is asked for before. It closes behind the last test;
 * another class that inherits a static field gets a new port. A request that no stub matches fails the test that sent
 * it. If the test has failed by itself, that is a suppressed exception of its failure. Safe for use by many threads.
 */
@SuppressWarnings("exports") // users of this package read JUnit's module, and other users have none
public final class GatewayExtension extends FakeGateway
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final Turns turns = new Turns(this);

    private GatewayExtension(Builder settings) {
        super(settings);
    }

    /** A gateway for a field. */
    public static GatewayExtension create() {
        return create(builder());
    }

    /** A gateway for a field, with these options. */
    public static GatewayExtension create(Builder settings) {
        return new GatewayExtension(settings);
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
        turns.end(context);
    }

    /** For JUnit. */
    @Override
    public void afterAll(ExtensionContext context) {
        turns.end(context);
    }

    private void begin(ExtensionContext context) {
        turns.begin(context);
        open();
    }
}
