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
 * What a process and all that it started have used, from {@code /proc} (proc(5)). Memory is a sum over processes, so
 * pages that they share count for each.
 *
 * @param cpuMicros user and system time since the start, in microseconds, in steps of 10 ms
 * @param rssBytes resident memory now
 * @param peakBytes the most resident memory so far
 */
record ProcessUsage(long cpuMicros, long rssBytes, long peakBytes) {
    /** The kernel counts in hundredths of a second, whatever its own clock is. */
    private static final long MICROS_PER_TICK = 10_000;

    /** Of {@code stat}, counted from the field after the command's name: utime and stime. */
    private static final int UTIME = 11;

    static ProcessUsage of(ProcessHandle process) throws IOException {
        List<ProcessHandle> tree = new ArrayList<>();
        tree.add(process);
        tree.addAll(process.descendants().toList());
        long cpu = 0;
        long rss = 0;
        long peak = 0;
        for (ProcessHandle each : tree) {
            Path folder = Path.of("/proc", String.valueOf(each.pid()));
            try {
                cpu += cpuMicros(Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1));
                String status = Files.readString(folder.resolve("status"), StandardCharsets.ISO_8859_1);
                rss += bytes(status, "VmRSS:");
                peak += bytes(status, "VmHWM:");
            } catch (NoSuchFileException ended) {
                // Between the two looks.
            }
        }
        return new ProcessUsage(cpu, rss, peak);
    }

    /** The CPU time in the text of {@code /proc/<pid>/stat}. The command's name may hold anything, parentheses too. */
    static long cpuMicros(String stat) {
        StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
        for (int i = 0; i < UTIME; i++) {
            fields.nextToken();
        }
        return (Long.parseLong(fields.nextToken()) + Long.parseLong(fields.nextToken())) * MICROS_PER_TICK;
    }

    /** A value in the text of {@code /proc/<pid>/status}; 0 where there is no such line. */
    static long bytes(String status, String name) {
        for (String line : status.lines().toList()) {
            if (line.startsWith(name)) {
                StringTokenizer fields = new StringTokenizer(line.substring(name.length()));
                return Long.parseLong(fields.nextToken()) * 1024;
            }
        }
        return 0;
    }
}
