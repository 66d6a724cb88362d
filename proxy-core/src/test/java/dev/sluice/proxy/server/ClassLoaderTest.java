package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a server has closed nothing of the JVM holds the library: no thread, and nothing that is scheduled. */
class ClassLoaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"default", "own", "shared", "exit", "upgrade", "readings", "tls"})
    void afterItWasClosedTheLibraryCanGo(String kind) throws Exception {
        assertThat(EmbeddingMain.left(EmbeddedMain.class, kind)).isEqualTo("left: 0 loaders, threads []");
    }
}
