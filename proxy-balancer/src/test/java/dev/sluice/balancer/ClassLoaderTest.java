package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.EmbeddingMain;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a pool has closed, nothing in the JVM refers to the library any more: no thread and no scheduled task. */
class ClassLoaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"probed", "filtered", "session", "fallback", "discovered"})
    void afterItWasClosedTheLibraryCanGo(String kind) throws Exception {
        assertThat(EmbeddingMain.left(EmbeddedPool.class, kind)).isEqualTo("left: 0 loaders, threads []");
    }
}
