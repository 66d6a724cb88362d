package dev.sluice.lab.simulation;

import dev.sluice.lab.LabOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. If it is wrong, the program ends with status 2 and one line before anything is simulated. */
@Command(
        name = "sim",
        sortOptions = false,
        description = {
            "Simulates the strategies of the balancer, in virtual time. docs/strategies.md explains the tables.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:success",
            "1:a figure differs from the published one, the speed is below its target, or a file cannot be used",
            "2:the command line is wrong"
        })
final class SimulatorOptions extends LabOptions {
    private static final List<String> SUBJECTS = List.of("tables", "noticed", "figures", "speed");

    @Parameters(
            arity = "0..1",
            paramLabel = "WHAT",
            description = {
                "tables: the results of each strategy in each scenario, as Markdown; the default.",
                "noticed: how soon a pool notices a member's fault: the table of docs/balancer.md.",
                "figures: compares the simulator and the strategies with published figures; takes some minutes.",
                "speed: measures how many requests it simulates in a second of real time."
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

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed of all random numbers of the tables. Default: 1.")
    long seed = 1;

    @Option(
            names = "--into",
            paramLabel = "FILE",
            description = "Replaces the tables in this Markdown file, instead of printing them.")
    @Nullable
    String into;

    @Option(
            names = "--svg",
            paramLabel = "FOLDER",
            description = "Draws timelines into this folder, instead of printing the tables: the shares, latencies and"
                    + " states of members, a file for each strategy in each scenario.")
    @Nullable
    Path svg;

    @Option(
            names = "--strategy",
            split = ",",
            paramLabel = "NAME",
            description = "The strategies that are drawn, such as round-robin or maglev-bounded. Default: all.")
    List<String> strategies = List.of();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Number of runs with different seeds (figures shows their mean), or of rounds (speed shows"
                    + " their median). Default: 5.")
    int runs = 5;

    @Override
    protected void check() {
        requireOneOf("the command", what, SUBJECTS);
        for (String scenario : scenarios) {
            requireOneOf("--scenario", scenario, Scenarios.NAMES);
        }
        for (String strategy : strategies) {
            requireOneOf("--strategy", strategy, Timelines.strategies());
        }
        requirePositive("--runs", runs);
    }
}
