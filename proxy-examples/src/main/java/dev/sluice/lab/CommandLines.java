package dev.sluice.lab;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** What the command lines of the laboratory have in common: a wrong one is one line and status 2. */
public final class CommandLines {
    private CommandLines() {}

    /**
     * Reads the command line into {@code options}, and calls them.
     *
     * @param name of the command, with which each complaint begins
     * @param complaints is told in one line what is wrong
     * @return the exit status: what the options return, 2 for an IllegalArgumentException, 1 for a file or a program
     *     that cannot be used
     */
    public static int run(String name, Callable<Integer> options, String[] args, Consumer<String> complaints) {
        CommandLine line = new CommandLine(options);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((wrong, given) -> {
            complaints.accept(name + ": " + wrong.getMessage() + ". Try --help.");
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, given) -> {
            complaints.accept(name + ": " + complaint(failure));
            return failure instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        return line.execute(args);
    }

    private static String complaint(Exception failure) throws Exception {
        if (failure instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        }
        if (failure instanceof IllegalArgumentException || failure instanceof UncheckedIOException) {
            return String.valueOf(failure.getMessage());
        }
        throw failure;
    }

    /**
     * Refuses a number below 1.
     *
     * @throws IllegalArgumentException if it is; the message names the option and the number
     */
    public static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be 1 or more: " + value);
        }
    }

    /**
     * Refuses what is none of the values.
     *
     * @throws IllegalArgumentException if it is none; the message names the option and the value
     */
    public static void requireOneOf(String option, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(option + " must be one of " + String.join(", ", allowed) + ": " + value);
        }
    }
}
