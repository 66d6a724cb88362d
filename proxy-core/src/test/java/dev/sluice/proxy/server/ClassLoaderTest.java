package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a server has closed, nothing in the JVM refers to the library any more: no thread and no scheduled task. */
class ClassLoaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"default", "own", "shared", "exit", "upgrade", "readings", "tls", "files"})
    void afterItWasClosedTheLibraryCanGo(String kind) throws Exception {
        assertThat(EmbeddingMain.left(EmbeddedMain.class, kind)).isEqualTo("left: 0 loaders, threads []");
    }
}
