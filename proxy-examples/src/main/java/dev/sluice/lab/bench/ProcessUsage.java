package dev.sluice.lab.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The CPU time and memory of a process and of all processes that it started, from {@code /proc} (proc(5)). Memory is a
 * sum over processes, so shared pages are counted several times.
 *
 * @param cpuMicros user and system time since the start, in microseconds, in steps of 10 ms
 * @param rssBytes resident memory now
 * @param peakBytes the most resident memory so far
 * @param threads threads now, also those of a JVM itself
 */
record ProcessUsage(long cpuMicros, long rssBytes, long peakBytes, long threads) {
    /** The kernel reports hundredths of a second, whatever its own clock is. */
    private static final long MICROS_PER_TICK = 10_000;

    /** The indexes of utime and stime in {@code stat}, counted from the field after the command's name. */
    private static final int UTIME = 11;

    static ProcessUsage of(ProcessHandle process) throws IOException {
        List<ProcessHandle> tree = new ArrayList<>();
        tree.add(process);
        tree.addAll(process.descendants().toList());
        long cpu = 0;
        long rss = 0;
        long peak = 0;
        long threads = 0;
        for (ProcessHandle each : tree) {
            Path folder = Path.of("/proc", String.valueOf(each.pid()));
            try {
                cpu += cpuMicros(Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1));
                String status = Files.readString(folder.resolve("status"), StandardCharsets.ISO_8859_1);
                rss += bytes(status, "VmRSS:");
                peak += bytes(status, "VmHWM:");
                threads += value(status, "Threads:");
            } catch (NoSuchFileException ended) {
                // The process ended between the two reads.
            }
        }
        return new ProcessUsage(cpu, rss, peak, threads);
    }

    /** The CPU time in the text of {@code /proc/<pid>/stat}. The command's name may hold anything, parentheses too. */
    static long cpuMicros(String stat) {
        StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
        for (int i = 0; i < UTIME; i++) {
            fields.nextToken();
        }
        return (Long.parseLong(fields.nextToken()) + Long.parseLong(fields.nextToken())) * MICROS_PER_TICK;
    }

    /** A number of kilobytes in the text of {@code /proc/<pid>/status}; 0 without such a line. */
    static long bytes(String status, String name) {
        return value(status, name) * 1024;
    }

    /** A number in the text of {@code /proc/<pid>/status}; 0 without such a line. */
    static long value(String status, String name) {
        for (String line : status.lines().toList()) {
            if (line.startsWith(name)) {
                return Long.parseLong(new StringTokenizer(line.substring(name.length())).nextToken());
            }
        }
        return 0;
    }
}
