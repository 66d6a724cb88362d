package dev.sluice.lab.cache;

import dev.sluice.lab.Java;
import dev.sluice.lab.Table;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A writer is killed while it writes, and what it has left is checked; again and again in the same folder. */
final class KillPart implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** All responses of the writers fit, or a fifth of them. */
    private static final long[] BOUNDS = {1L << 30, 1L << 20};

    private final Path folder;
    private final Random random;
    private final CrashModel model = new CrashModel();
    private final List<String> problems = new ArrayList<>();
    private @Nullable Process writer;
    private final AtomicInteger kills = new AtomicInteger();
    private long steps;

    KillPart(Path folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
    }

    /** Kills the writer so often. Returns what was wrong, in words. */
    List<String> run(int times, int maxSteps) throws IOException, InterruptedException {
        while (kills.get() < times && problems.isEmpty()) {
            long bound = BOUNDS[random.nextInt(BOUNDS.length)];
            killOne(bound, 1 + random.nextInt(maxSteps));
            try (DiskStore store = new DiskStore(folder, bound, Long.MAX_VALUE, TimeSource.system())) {
                problems.addAll(model.check(store, bound < BOUNDS[0]));
            }
        }
        return problems;
    }

    /** How many have been killed so far. For any thread. */
    int kills() {
        return kills.get();
    }

    /** Starts a writer, and kills it when it has done so many steps. */
    private void killOne(long bound, int maxSteps) throws IOException, InterruptedException {
        List<String> arguments = List.of(
                folder.toString(),
                Long.toString(bound),
                Long.toString(random.nextLong()),
                Long.toString(model.nextStamp()));
        Process process = new ProcessBuilder(Java.running().command(FLAGS, CrashWriter.class, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        writer = process;
        try (BufferedReader output = process.inputReader()) {
            int done = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                CrashStep step = CrashStep.of(line);
                if (step != null) {
                    model.add(step);
                    done++;
                }
                if (done == maxSteps) {
                    // By its handle, as the process itself would close its output too.
                    process.toHandle().destroyForcibly();
                }
            }
            if (done < maxSteps) {
                problems.add("a writer has ended by itself");
            }
            steps += done;
        }
        process.waitFor();
        kills.incrementAndGet();
    }

    /** What happened, as a table. */
    String report() {
        Table table = new Table("kills", "steps of the writers", "responses checked", "problems");
        table.row(
                String.valueOf(kills),
                String.valueOf(steps),
                String.valueOf(model.checked()),
                String.valueOf(problems.size()));
        return table.markdown();
    }

    /** Ends the writer, if it is still there. */
    @Override
    public void close() {
        if (writer != null) {
            writer.destroyForcibly();
        }
    }
}
