package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    private final ManualTime time = new ManualTime();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void elsewhereThanOnATerminalALineComesEachTenSeconds() throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        try (Progress progress = new Progress(err, false, time)) {
            progress.now(() -> done + " of 5");
            pass(9);
            assertThat(written()).isEmpty();
            done.set(2);
            pass(1);
            assertThat(written()).isEqualTo("[0:10] 2 of 5\n");
            done.set(3);
            pass(60);
            assertThat(written().lines()).hasSize(7).last().isEqualTo("[1:10] 3 of 5");
        }
    }

    @Test
    void aShortCommandSaysNothing() throws InterruptedException {
        try (Progress progress = new Progress(err, false, time)) {
            progress.now("working");
            pass(9);
        }
        assertThat(written()).isEmpty();
    }

    @Test
    void onATerminalOneLineIsRewrittenEachSecondAndGoneAtTheEnd() throws InterruptedException {
        try (Progress progress = new Progress(err, true, time)) {
            progress.now("slow, 3 of 11");
            pass(2);
            assertThat(written())
                    .isEqualTo("\r\u001B[K[0:00] slow, 3 of 11\r\u001B[K[0:01] slow, 3 of 11"
                            + "\r\u001B[K[0:02] slow, 3 of 11");
        }
        assertThat(written()).endsWith("3 of 11\r\u001B[K").doesNotContain("\n");
    }

    @Test
    void aLineLongerThanTheTerminalIsCut() {
        try (Progress progress = new Progress(err, true, time)) {
            progress.now("x".repeat(500));
        }
        assertThat(written()).isEqualTo("\r\u001B[K[0:00] " + "x".repeat(72) + "\r\u001B[K");
    }

    @Test
    void outputAndNotesTakeThePlaceOfTheLine() {
        try (Progress progress = new Progress(err, true, time)) {
            PrintStream out = progress.beside(err);
            progress.now("one");
            out.println("a table");
            progress.now("two");
            progress.note("a note");
        }
        assertThat(written())
                .isEqualTo("\r\u001B[K[0:00] one\r\u001B[Ka table\n\r\u001B[K[0:00] two\r\u001B[Ka note\n");
    }

    @Test
    void aTerminalIsKnownByWhatTheDescriptorLinksTo(@TempDir Path folder) throws Exception {
        Path link = folder.resolve("2");
        Files.createSymbolicLink(link, Path.of("/dev/pts/3"));
        assertThat(Progress.isTerminal(link)).isTrue();
        Path file = folder.resolve("log");
        Files.createSymbolicLink(file, Path.of("/tmp/log"));
        assertThat(Progress.isTerminal(file)).isFalse();
        assertThat(Progress.isTerminal(folder.resolve("none"))).isFalse();
    }

    /** Second by second, each when the progress waits for the next one. */
    private void pass(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(1));
        }
        time.awaitWaiters(1);
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
