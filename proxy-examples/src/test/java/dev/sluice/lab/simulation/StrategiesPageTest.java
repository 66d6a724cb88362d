package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/strategies.md has the tables that the program prints. */
class StrategiesPageTest {
    static final Iterable<String> NAMES = Scenarios.NAMES;

    private static final Path PAGE = Path.of("..", "docs", "strategies.md");

    /** One table of each kind. All tables would take more than ten seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"weighted", "slow", "dead-probed", "deploy"})
    void thePageHasTheTable(String scenario) throws IOException {
        assertThat(DocTables.block(Scenarios.named(scenario), 1)).isEqualTo(block(scenario));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void thePageHasARowForEachStrategyOfTheScenario(String name) throws IOException {
        Scenario scenario = Scenarios.named(name);
        assertThat(scenario.name()).isEqualTo(name);
        assertThat(block(name)).contains(scenario.title(), scenario.setting());
        assertThat(block(name).lines().filter(line -> line.startsWith("| ")))
                .hasSize(2 + scenario.strategies().size())
                .allSatisfy(row -> assertThat(row).endsWith("|"));
    }

    @Test
    void tablesReplaceThoseInAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.md");
        Files.writeString(file, "before\n\n<!-- sim keys -->\nold\n<!-- end -->\n\nafter\n");

        assertThat(LabOptions.run(
                        new SimulatorOptions(),
                        new String[] {"--scenario=keys", "--into=" + file},
                        complaint -> {},
                        options -> Simulator.run(options, System.out)))
                .isZero();

        assertThat(Files.readString(file)).isEqualTo("before\n\n" + block("keys") + "\nafter\n");
    }

    @Test
    void theSnippetIsTakenFromTheRecipe() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf("SimulationResult result =");
        String statement = page.substring(from, page.indexOf(";", from));
        String recipe = Files.readString(
                Path.of("src", "test", "java", "dev", "sluice", "lab", "simulation", "KillOneOfThreeTest.java"));

        assertThat(recipe.replaceAll("\\s", "")).contains(statement.replaceAll("\\s", ""));
    }

    private static String block(String scenario) throws IOException {
        return DocTables.inPage(Files.readString(PAGE), scenario);
    }
}
