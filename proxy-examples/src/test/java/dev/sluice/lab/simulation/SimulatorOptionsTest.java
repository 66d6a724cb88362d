package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorOptionsTest {
    private final List<String> complaints = new ArrayList<>();
    private final List<SimulatorOptions> run = new ArrayList<>();

    @Test
    void withoutOptionsAllTablesArePrinted() {
        assertThat(status()).isZero();
        SimulatorOptions options = run.get(0);
        assertThat(options.what).isEqualTo("tables");
        assertThat(options.scenarios).isEqualTo(Scenarios.NAMES);
        assertThat(options.seed).isEqualTo(1);
        assertThat(options.into).isNull();
    }

    @Test
    void theCommandAndItsOptionsAreRead() {
        assertThat(status("figures", "--runs", "2")).isZero();
        assertThat(run.get(0).what).isEqualTo("figures");
        assertThat(run.get(0).runs).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "--runs=0, --runs must be 1 or more: 0",
        "--scenario=dad, '--scenario must be one of even, '",
        "tabels, 'the command must be one of tables, noticed, figures, speed: tabels'",
        "--strategy=roundrobin, '--strategy must be one of round-robin, '",
        "--seed=some, Invalid value for option '--seed'",
        "--speed, Unknown option: '--speed'"
    })
    void aWrongOptionIsNamedAndNothingRuns(String option, String complaint) {
        assertThat(status(option)).isEqualTo(2);
        assertThat(complaints).singleElement().asString().contains(complaint);
        assertThat(run).isEmpty();
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        assertThat(LabOptions.run(
                        new SimulatorOptions(),
                        new String[] {"--scenario=keys", "--into=missing.md"},
                        complaints::add,
                        options -> Simulator.run(options, System.out)))
                .isEqualTo(1);
        assertThat(complaints).containsExactly("sim: this file does not exist: missing.md");
    }

    private int status(String... args) {
        return LabOptions.run(new SimulatorOptions(), args, complaints::add, options -> {
            run.add(options);
            return 0;
        });
    }
}
