package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Short runs of the quick phases, from the start of the origins to the verdict. */
class ChaosTest {
    private static final List<String> SMALL =
            List.of("--slow-start=100", "--settle=300", "--share-requests=200", "--clients=48", "--seed=1");

    @Test
    void anOriginIsReplacedAndTheTopologyUpdatedWithoutAFailedRequest() {
        String report = report(
                "--phases=deploy,updates", "--deploy-seconds=1", "--update-seconds=1", "--updates=50", "--rate=100");
        assertThat(report)
                .contains("PASS  all three origins are replaced", "PASS  failed requests of any method: 0")
                .doesNotContain("FAIL  ");
    }

    @Test
    void theReadmesPoolsAreDeployedWithoutAFailedRequest() {
        String report = report("--phases=deploy", "--pool=fifteen_lines", "--deploy-seconds=1", "--rate=100");
        assertThat(report)
                .contains("PASS  all three origins are replaced", "PASS  failed requests of any method: 0")
                .doesNotContain("FAIL  ");
    }

    @Test
    void errorsStopsAndResetsCauseOnlyUnavoidableFailures() {
        String report = report("--phases=errors,resets,stops", "--harm-seconds=1", "--harm=3000", "--rate=160");
        assertThat(report)
                .contains(
                        "PASS  " + Toll.ANSWERS_OF_ORIGINS.unexpected() + ": 0",
                        "PASS  " + Toll.WHAT_HAD_BEGUN.unexpected() + ": 0",
                        "PASS  " + Toll.NONE.unexpected() + ": 0",
                        "PASS  of the requests while one origin answered with 500")
                .doesNotContain("FAIL  ");
    }

    private static String report(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(SMALL);
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        int status = LabOptions.run(
                new ChaosOptions(),
                arguments.toArray(String[]::new),
                System.err::println,
                chosen -> Chaos.run(chosen, new PrintStream(report, true, StandardCharsets.UTF_8)));
        String text = report.toString(StandardCharsets.UTF_8);
        assertThat(status).as(text).isZero();
        return text;
    }
}
