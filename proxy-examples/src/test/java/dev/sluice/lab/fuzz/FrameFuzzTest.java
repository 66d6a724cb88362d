package dev.sluice.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small part of what the command does. */
@Timeout(60)
class FrameFuzzTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void everyOutcomeIsRightHoweverTheFramesAreCut() {
        assertThat(new FrameFuzz(new PrintStream(printed)).run(4_000, 9113)).isNull();
        assertThat(printed.toString())
                .contains(
                        "server  end",
                        "server  cut",
                        "server  connection PROTOCOL_ERROR",
                        "server  connection FLOW_CONTROL_ERROR",
                        "server  connection STREAM_CLOSED",
                        "server  connection FRAME_SIZE_ERROR",
                        "server  connection COMPRESSION_ERROR",
                        "server  connection ENHANCE_YOUR_CALM");
    }

    @Test
    void aWrongOptionIsNamedAndNothingRuns() {
        List<String> complaints = new ArrayList<>();
        String[] none = {"--frames=0"};
        assertThat(LabOptions.run(new FrameFuzzOptions(), none, complaints::add, options -> 0))
                .isEqualTo(2);
        assertThat(complaints).singleElement().asString().contains("--frames must be 1 or more: 0");
    }
}
