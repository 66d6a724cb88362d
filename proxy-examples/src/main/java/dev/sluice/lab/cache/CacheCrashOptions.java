package dev.sluice.lab.cache;

import dev.sluice.lab.LabOptions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. If it is wrong, nothing is started. */
@Command(
        name = "cache",
        sortOptions = false,
        description = {
            "In one part a process that writes to a cache on a disk is killed (SIGKILL) again and again, and each time all"
                    + " that it has left is checked (kill). In the other a JVM starts with many entries (index).",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all checks have passed", "1:a check has failed", "2:the command line is wrong"})
final class CacheCrashOptions extends LabOptions {
    private static final List<String> PARTS = List.of("kill", "index");

    @Option(names = "--parts", split = ",", paramLabel = "NAME", description = "kill, index. Default: both.")
    List<String> parts = PARTS;

    @Option(names = "--kills", paramLabel = "N", description = "How often the process is killed. Default: 100.")
    int kills = 100;

    @Option(names = "--steps", paramLabel = "N", description = "Its steps before that, at most. Default: 4000.")
    int steps = 4_000;

    @Option(names = "--entries", paramLabel = "N", description = "Entries that a start finds. Default: 100000.")
    int entries = 100_000;

    @Option(names = "--starts", paramLabel = "N", description = "How often a JVM starts with them. Default: 5.")
    int starts = 5;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats the same choices. Default: another one each time.")
    long seed = ThreadLocalRandom.current().nextLong(1_000_000);

    @Override
    protected void check() {
        parts.forEach(part -> requireOneOf("--parts", part, PARTS));
        requirePositive("--kills", kills);
        requirePositive("--steps", steps);
        requirePositive("--entries", entries);
        requirePositive("--starts", starts);
    }
}
