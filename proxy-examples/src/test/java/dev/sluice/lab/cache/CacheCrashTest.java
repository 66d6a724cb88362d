package dev.sluice.lab.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class CacheCrashTest {
    @Test
    void aKilledWriterLeavesNothingDamagedAndNothingComesBack(@TempDir Path folder) throws Exception {
        try (KillPart part = new KillPart(folder, 7)) {
            assertThat(part.run(3, 600)).isEmpty();
            assertThat(part.report()).contains("| 3 ");
        }
    }

    @Test
    void aLineThatWasCutIsNoStep() {
        String line = new CrashStep(CrashStep.Kind.STORED, 12, 345).line();
        assertThat(CrashStep.of(line).line()).isEqualTo(line);
        for (int i = 0; i < line.length(); i++) {
            assertThat(CrashStep.of(line.substring(0, i))).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--kills=0, --kills must be 1 or more: 0",
        "--parts=all, '--parts must be one of kill, index: all'",
    })
    void aWrongOptionIsNamedAndNothingRuns(String option, String complaint) {
        List<String> complaints = new ArrayList<>();
        int status = LabOptions.run(new CacheCrashOptions(), new String[] {option}, complaints::add, options -> 0);
        assertThat(status).isEqualTo(2);
        assertThat(complaints).singleElement().asString().contains(complaint);
    }
}
