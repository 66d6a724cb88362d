package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a server has closed nothing of the JVM holds the library: no thread, and nothing that is scheduled. */
class ClassLoaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"default", "own", "shared", "exit", "upgrade"})
    void afterItWasClosedTheLibraryCanGo(String kind) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddingMain.class.getName(),
                        kind)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output.strip()).endsWith("left: 0 loaders, threads []");
        } finally {
            process.destroyForcibly();
        }
    }
}
