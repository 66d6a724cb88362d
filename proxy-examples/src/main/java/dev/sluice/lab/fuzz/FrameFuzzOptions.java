package dev.sluice.lab.fuzz;

import dev.sluice.lab.LabOptions;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. If it is wrong, nothing is started. */
@Command(
        name = "fuzz",
        sortOptions = false,
        description = {
            "Gives frames of HTTP/2, many of them damaged, to what reads them, cut at each of their bytes, and checks that the"
                    + " outcome is right, and the same for each cut.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:every outcome is right", "1:one is wrong", "2:the command line is wrong"})
final class FrameFuzzOptions extends LabOptions {
    @Option(names = "--frames", paramLabel = "N", description = "How many. Default: 1000000.")
    int frames = 1_000_000;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats the same frames. A failure names one with which it comes first. Default: another one"
                    + " each time.")
    long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);

    @Override
    protected void check() {
        requirePositive("--frames", frames);
    }
}
