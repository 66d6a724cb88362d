package dev.sluice.lab.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import dev.sluice.proxy.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each part with few connections, as fast as they go. */
@Timeout(120)
class TlsLoadTest {
    @Test
    void noHandshakeFailsWhileCertificatesAreRenewedAndEachShowsTheNewest(@TempDir Path folder) throws Exception {
        ReloadPart part = new ReloadPart(() -> count -> count < 10);
        Traffic traffic = new Traffic(0, 4, () -> count -> count < 300);
        assertThat(part.run(folder, 7, 0, traffic)).isEmpty();
        assertThat(part.renewed()).isPositive();
    }

    @Test
    void unfinishedHandshakesDisturbNobodyAndAreEndedByTheServersClock() throws Exception {
        ManualTime time = new ManualTime();
        HalfDonePart part = new HalfDonePart(time);
        Traffic traffic = new Traffic(0, 4, () -> count -> count < 100);
        assertThat(part.run(40, 7, traffic, () -> time.advance(Duration.ofSeconds(11))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--seconds=0, --seconds must be 1 or more: 0",
        "--parts=all, '--parts must be one of reload, half-done: all'",
    })
    void aWrongOptionIsNamedAndNothingRuns(String option, String complaint) {
        List<String> complaints = new ArrayList<>();
        int status = LabOptions.run(new TlsOptions(), new String[] {option}, complaints::add, options -> 0);
        assertThat(status).isEqualTo(2);
        assertThat(complaints).singleElement().asString().contains(complaint);
    }
}
