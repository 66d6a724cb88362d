package dev.sluice.lab.tls;

import dev.sluice.lab.LabOptions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. If it is wrong, nothing is started. */
@Command(
        name = "tls",
        sortOptions = false,
        description = {
            "Opens a TLS connection for each request. In one part the certificate is renewed all the time (reload), in the"
                    + " other many clients never finish their handshake (half-done).",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all checks have passed", "1:a check has failed", "2:the command line is wrong"})
final class TlsOptions extends LabOptions {
    private static final List<String> PARTS = List.of("reload", "half-done");

    @Option(names = "--parts", split = ",", paramLabel = "NAME", description = "reload, half-done. Default: both.")
    List<String> parts = PARTS;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of each part. Default: 30.")
    int seconds = 30;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds of the same traffic before the reload part counts. Default: 10.")
    int warmUp = 10;

    @Option(names = "--rate", paramLabel = "N", description = "New connections per second. Default: 200.")
    int rate = 200;

    @Option(names = "--clients", paramLabel = "N", description = "Threads that open them. Default: 32.")
    int clients = 32;

    @Option(names = "--reloads", paramLabel = "N", description = "New certificates per second. Default: 4.")
    int reloads = 4;

    @Option(names = "--half-done", paramLabel = "N", description = "Handshakes that are never finished. Default: 1000.")
    int halfDone = 1_000;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats the same choices. Default: another one each time.")
    long seed = ThreadLocalRandom.current().nextLong(1_000_000);

    @Override
    protected void check() {
        parts.forEach(part -> requireOneOf("--parts", part, PARTS));
        requirePositive("--seconds", seconds);
        requirePositive("--warm-up", warmUp);
        requirePositive("--rate", rate);
        requirePositive("--clients", clients);
        requirePositive("--reloads", reloads);
        requirePositive("--half-done", halfDone);
    }
}
