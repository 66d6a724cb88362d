package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.EmbeddingMain;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a pool has closed, nothing of the JVM holds the library: no thread, and nothing that is scheduled. */
class ClassLoaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"probed", "filtered", "session", "fallback", "discovered"})
    void afterItWasClosedTheLibraryCanGo(String kind) throws Exception {
        assertThat(EmbeddingMain.left(EmbeddedPool.class, kind)).isEqualTo("left: 0 loaders, threads []");
    }
}
