package dev.sluice.lab.simulation;

import dev.sluice.lab.LabOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. A wrong one ends the program with status 2 and one line, before anything is simulated. */
@Command(
        name = "sim",
        sortOptions = false,
        description = {
            "Simulates the strategies of the balancer, in virtual time. docs/strategies.md says what the tables show.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all went well",
            "1:a published figure is not met, the speed is below its target, or a file cannot be used",
            "2:the command line is wrong"
        })
final class SimulatorOptions extends LabOptions {
    private static final List<String> SUBJECTS = List.of("tables", "noticed", "figures", "speed");

    @Parameters(
            arity = "0..1",
            paramLabel = "WHAT",
            description = {
                "tables: what each strategy does in each scenario, as Markdown; the default.",
                "noticed: how soon a pool notices what is wrong with a member, the table of docs/balancer.md.",
                "figures: the simulator and the strategies against published figures; takes some minutes.",
                "speed: simulated requests per second of real time."
            })
    String what = "tables";

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description =
                    "even, mixed, weighted, slow, stopped, dead-bare, dead, dead-probed, deploy, deploy-abrupt, keys."
                            + " Default: all.")
    List<String> scenarios = Scenarios.NAMES;

    @Option(names = "--seed", paramLabel = "N", description = "What all chance of the tables comes from. Default: 1.")
    long seed = 1;

    @Option(
            names = "--into",
            paramLabel = "FILE",
            description = "Writes the tables into a Markdown file, in the place of those that it has.")
    @Nullable
    String into;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Runs with different seeds, whose mean is a figure; rounds, whose median is the speed."
                    + " Default: 5.")
    int runs = 5;

    @Override
    protected void check() {
        requireOneOf("what to do", what, SUBJECTS);
        for (String scenario : scenarios) {
            requireOneOf("--scenario", scenario, Scenarios.NAMES);
        }
        requirePositive("--runs", runs);
    }
}
