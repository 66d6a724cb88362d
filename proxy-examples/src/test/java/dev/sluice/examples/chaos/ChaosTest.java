package dev.sluice.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The quick phases in small, from the start of the origins to the verdict. */
class ChaosTest {
    @Test
    void anOriginIsReplacedAndTheTopologyUpdatedWithoutAFailedRequest() {
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        int status = ChaosOptions.run(
                new String[] {
                    "--phases=deploy,updates", "--deploy-seconds=1", "--update-seconds=1", "--updates=50",
                    "--slow-start=100", "--rate=100", "--clients=8", "--seed=1"
                },
                System.err::println,
                options -> Chaos.run(options, new PrintStream(report, true, StandardCharsets.UTF_8)));
        assertThat(report.toString(StandardCharsets.UTF_8))
                .contains("PASS  all three origins are replaced", "PASS  failed requests of any method: 0")
                .doesNotContain("FAIL");
        assertThat(status).isZero();
    }
}
