package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {
    private final List<String> said = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "--rounds 0,          --rounds, 0",
        "--seconds -1,        --seconds, -1",
        "--warmup x,          --warmup, x",
        "--scenario tiny,     --scenario, tiny",
        "--proxies jdk/nginx, --proxies, jdk/nginx",
        "--proxies nginx@-Da, --proxies, nginx@-Da",
        "--proxies haproxy@-Da, --proxies, haproxy@-Da",
        "--proxies jdk@-Da,   --proxies, jdk",
        "--connections 0,     --connections, 0",
        "--load ab,           --load, ab",
        "--origin apache,     --origin, apache",
        "--page docs/page.md, --page, docs/page.md"
    })
    void aWrongOptionIsNamedWithItsValueInOneLine(String arguments, String option, String value) {
        int status = LabOptions.run(new BenchOptions(), arguments.split(" "), said::add, options -> 0);
        assertThat(status).isEqualTo(2);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("bench: ")
                .hasLineCount(1)
                .contains(option, value);
    }

    @Test
    void scenariosAndProxiesAreLists() {
        List<String> chosen = new ArrayList<>();
        LabOptions.run(
                new BenchOptions(),
                "--scenario small,idle --proxies bare,direct/jdk@-Da=b@-Dc".split(" "),
                said::add,
                options -> {
                    chosen.addAll(options.scenarios);
                    chosen.addAll(options.proxies);
                    return 0;
                });
        assertThat(said).isEmpty();
        assertThat(chosen).containsExactly("small", "idle", "bare", "direct/jdk@-Da=b@-Dc");
    }

    @Test
    void engineStandsForTheScenariosThatCompareEngines() {
        List<Scenario> chosen = new ArrayList<>();
        LabOptions.run(new BenchOptions(), "--scenario hits,engine".split(" "), said::add, options -> {
            chosen.addAll(Scenarios.chosen(options));
            return 0;
        });
        assertThat(said).isEmpty();
        assertThat(chosen)
                .extracting(scenario -> scenario.getClass().getSimpleName())
                .containsExactly(
                        "HitRatioScenario",
                        "ConnectionsScenario",
                        "LatencyScenario",
                        "TlsScenario",
                        "StartScenario",
                        "IdleScenario");
    }
}
