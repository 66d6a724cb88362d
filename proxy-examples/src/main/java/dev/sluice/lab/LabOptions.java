package dev.sluice.lab;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** The options of one command of the laboratory. They are checked before anything is started. */
public abstract class LabOptions implements Callable<Integer> {
    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    boolean help;

    private @Nullable Callable<Integer> command;

    /** The work of a command. */
    public interface Command<O extends LabOptions> {
        /** Runs to the end. Returns the exit status. */
        int run(O options) throws Exception;
    }

    /**
     * Reads a command line into {@code options}, checks them, and runs the command. If the command line is wrong, one
     * line is printed.
     *
     * @param complaints receives one line that says what is wrong; it begins with the command's name
     * @return the exit status: what the command returns, 2 after an IllegalArgumentException, 1 if a file or a program
     *     cannot be used
     */
    public static <O extends LabOptions> int run(
            O options, String[] args, Consumer<String> complaints, Command<O> command) {
        ((LabOptions) options).command = () -> command.run(options);
        CommandLine line = new CommandLine(options);
        String name = line.getCommandName();
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((wrong, given) -> {
            complaints.accept(name + ": " + wrong.getMessage() + ". Try --help.");
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, parsed, given) -> {
            complaints.accept(name + ": " + complaint(failure));
            return failure instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        return line.execute(args);
    }

    private static String complaint(Exception failure) throws Exception {
        if (failure instanceof NoSuchFileException missing) {
            return "this file does not exist: " + missing.getFile();
        }
        if (failure instanceof IllegalArgumentException || failure instanceof UncheckedIOException) {
            return String.valueOf(failure.getMessage());
        }
        throw failure;
    }

    /** For picocli: checks the options and runs the command. */
    @Override
    public final Integer call() throws Exception {
        check();
        return Objects.requireNonNull(command).call();
    }

    /**
     * Refuses values that cannot be used.
     *
     * @throws IllegalArgumentException if a value cannot be used; the message names the option and the value
     */
    protected abstract void check();

    /** Refuses a number below 1. */
    protected static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be 1 or more: " + value);
        }
    }

    /** Refuses every value that is not in {@code allowed}. */
    protected static void requireOneOf(String option, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(option + " must be one of " + String.join(", ", allowed) + ": " + value);
        }
    }
}
