package dev.sluice.lab.fuzz;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Progress;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Gives frames of HTTP/2, many of them damaged, to what reads them, cut in two at each of their bytes, and in other ways. The
 * outcome must be the same however they are cut, and what RFC 9113 says. Run it with {@code --help} for its options.
 *
 * <pre>{@code mvn -q compile -Pfuzz -Dexec.args="--frames 1000000"}</pre>
 */
public final class FrameFuzz {
    private final Map<String, Integer> ends = new TreeMap<>();
    private final PrintStream out;
    private volatile long at;
    private volatile int frames;

    FrameFuzz(PrintStream out) {
        this.out = out;
    }

    /** Runs as many frames as it is told to, and ends the JVM. The exit status is 1 if an outcome is wrong. */
    public static void main(String[] args) {
        System.exit(LabOptions.run(new FrameFuzzOptions(), args, System.err::println, options -> {
            FrameFuzz fuzz = new FrameFuzz(System.out);
            fuzz.watch();
            String problem;
            try (Progress progress = Progress.open()) {
                progress.now(() -> fuzz.frames + " of " + options.frames + " frames");
                problem = fuzz.run(options.frames, options.seed);
            }
            System.out.println(problem == null ? "every outcome is right" : "FAIL  " + problem);
            return problem == null ? ExitCode.OK : ExitCode.SOFTWARE;
        }));
    }

    private void watch() {
        Thread watch = new Thread(this::awaitHang, "fuzz-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Ends the JVM if one sequence is read for more than a minute. */
    private void awaitHang() {
        long before = Long.MIN_VALUE;
        try {
            while (at != before) {
                before = at;
                TimeUnit.MINUTES.sleep(1);
            }
        } catch (InterruptedException ended) {
            return;
        }
        out.println("FAIL  seed " + before + " does not end");
        Runtime.getRuntime().halt(ExitCode.SOFTWARE);
    }

    /** Runs to the first outcome that is wrong, and returns what is wrong with it, or null. */
    @Nullable
    String run(int most, long seed) {
        out.println("seed " + seed + ", " + most + " frames; Java " + Runtime.version());
        long runs = 0;
        long next = seed;
        for (int done = 0; done < most; next++) {
            at = next;
            // The first numbers of two seeds that follow each other would be much alike.
            Random random = new Random(new SplittableRandom(next).nextLong());
            boolean toClient = random.nextBoolean();
            RandomFrames read = RandomFrames.next(random, toClient);
            byte[] bytes = read.bytes();
            try {
                SequenceCheck check = new SequenceCheck(bytes, toClient, random);
                check.run();
                runs += check.runs();
                ends.merge((toClient ? "client  " : "server  ") + check.end(), 1, Integer::sum);
            } catch (Exception | Error fault) {
                return "seed " + next + ", " + HexFormat.of().formatHex(bytes) + "\n" + trace(fault);
            }
            done += read.count();
            this.frames = done;
        }
        out.println((next - seed) + " sequences, read " + runs + " times; how many end for whom, and how:");
        ends.forEach((end, count) -> out.println(String.format("%9d  %s", count, end)));
        return null;
    }

    private static String trace(Throwable fault) {
        StringWriter trace = new StringWriter();
        fault.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
