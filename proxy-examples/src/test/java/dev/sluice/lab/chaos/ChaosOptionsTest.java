package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChaosOptionsTest {
    private final List<String> complaints = new ArrayList<>();
    private final List<ChaosOptions> run = new ArrayList<>();

    @Test
    void withoutOptionsTheWholeBenchmarkRuns() {
        assertThat(status()).isZero();
        ChaosOptions options = run.get(0);
        assertThat(options.phases).containsExactly("chaos", "errors", "resets", "stops", "deploy", "updates");
        assertThat(options.seconds).isEqualTo(300);
        assertThat(options.slowStartMillis).isEqualTo(5_000);
        assertThat(options.shareRequests).isEqualTo(2_000);
        assertThat(options.updates).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({
        "--seconds=0, --seconds must be 1 or more: 0",
        "--phases=storm, '--phases must be one of chaos, errors, resets, stops, deploy, updates: storm'",
        "--pool=best, 'expected one of [CHAOS, FIFTEEN_LINES, BALANCER]'",
        "--rate=many, Invalid value for option '--rate'"
    })
    void aWrongOptionIsNamedAndNothingRuns(String option, String complaint) {
        assertThat(status(option)).isEqualTo(2);
        assertThat(complaints).singleElement().asString().contains(complaint);
        assertThat(run).isEmpty();
    }

    private int status(String... args) {
        return LabOptions.run(new ChaosOptions(), args, complaints::add, options -> {
            run.add(options);
            return 0;
        });
    }
}
