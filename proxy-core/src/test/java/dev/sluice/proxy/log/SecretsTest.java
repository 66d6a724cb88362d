package dev.sluice.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No secret is in a line of any logger of ours at any level, whatever the form of the access log. In a JVM of its own, whose
 * loggers write all.
 */
class SecretsTest {
    @TempDir
    Path folder;

    @Test
    void noSecretOfAnyKindIsInAnyLog() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecretsMain.class.getName())
                .redirectError(log.toFile())
                .start();
        int requests;
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output).as(Files.readString(log)).matches("\\d+");
            requests = Integer.parseInt(output);
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log);

        assertThat(SecretsMain.KINDS.size()).isGreaterThan(20);
        assertThat(requests).isGreaterThan(SecretsMain.KINDS.size());
        assertThat(lines.stream().filter(line -> line.contains(" dev.sluice.proxy.access - ")))
                .hasSize(4 * requests);
        assertThat(lines.stream().filter(line -> line.contains(AccessLog.LOGGER + " - format ")))
                .hasSize(requests);
        assertThat(lines).anyMatch(line -> line.contains("dev.sluice.proxy.server.Pipeline - "));
        assertThat(lines)
                .noneMatch(line -> line.contains(SecretsMain.MARK))
                .noneMatch(line -> line.contains("YW5uYTpo"));
    }
}
