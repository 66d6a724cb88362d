package dev.sluice.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.demo.Dashboard.Frame;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);
    private final Frame frame = new Frame(List.of("a", "b", "c"), List.of("killed"), "in one line");

    @Test
    void onATerminalAFrameReplacesThePreviousOne() {
        Screen screen = new Screen(out, true);
        screen.show(frame);
        assertThat(shown()).doesNotContain("\u001b[3A");
        screen.show(frame);
        assertThat(shown()).contains("\u001b[3A").doesNotContain("killed", "in one line");
    }

    @Test
    void onATerminalAMessageStays() {
        Screen screen = new Screen(out, true);
        screen.show(frame);
        screen.say("draining");
        bytes.reset();
        screen.show(frame);
        assertThat(shown()).doesNotContain("\u001b[3A");
    }

    @Test
    void elsewhereEachFrameIsALineAfterTheEvents() {
        Screen screen = new Screen(out, false);
        screen.show(frame);
        screen.say("draining");
        assertThat(shown().lines()).containsExactly("killed", "in one line", "draining");
    }

    private String shown() {
        return bytes.toString(UTF_8);
    }
}
