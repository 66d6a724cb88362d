package dev.sluice.proxy.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.EmbeddingMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many tests in parallel, thrice in one JVM: no thread, socket or class loader is left. {@code
 * -Dsluice.test.gateways=50} runs a thousand each time.
 */
class ManyGatewaysTest {
    private static final String PER_CLASS = System.getProperty("sluice.test.gateways", "3");

    @Test
    @Timeout(600)
    void testsInParallelPassAndLeaveNothing() throws Exception {
        assertThat(EmbeddingMain.left(ManyGateways.class, PER_CLASS)).isEqualTo("left: 0 loaders, threads []");
    }
}
