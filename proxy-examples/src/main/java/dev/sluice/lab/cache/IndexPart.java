package dev.sluice.lab.cache;

import dev.sluice.lab.Java;
import dev.sluice.lab.Programs;
import dev.sluice.lab.Table;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Many entries, and a new JVM that opens them. */
final class IndexPart {
    private static final double LONGEST_MILLIS = 1_000;

    private final Path folder;
    private final Table table =
            new Table("start", "entries", "open ms", "index ms", "CPU ms", "bytes of heap an entry");

    IndexPart(Path folder) {
        this.folder = folder;
    }

    /** Stores entries of 1 KB and starts JVMs. Returns what was wrong, in words. */
    List<String> run(int entries, int starts) throws IOException {
        byte[] body = new byte[1_024];
        try (DiskStore store = new DiskStore(folder, Long.MAX_VALUE, Long.MAX_VALUE, TimeSource.system())) {
            for (int i = 0; i < entries; i++) {
                store(store, StoredHead.builder("http://lab.test/" + i, 200).build(), body);
            }
        }
        List<String> problems = new ArrayList<>();
        double shortest = Double.MAX_VALUE;
        for (int i = 1; i <= starts; i++) {
            String[] command = Java.running()
                    .command(List.of("-XX:+UseSerialGC"), IndexStart.class, List.of(folder.toString()))
                    .toArray(String[]::new);
            String[] figures = Programs.output(command).strip().split(" ", -1);
            table.row(String.valueOf(i), figures[0], figures[1], figures[2], figures[3], figures[4]);
            shortest = Math.min(shortest, Double.parseDouble(figures[2]));
            if (Long.parseLong(figures[0]) != entries) {
                problems.add("start " + i + " found " + figures[0] + " entries of " + entries);
            }
        }
        if (shortest > LONGEST_MILLIS) {
            problems.add("no start had its index within " + LONGEST_MILLIS + " ms");
        }
        return problems;
    }

    private static void store(DiskStore store, StoredHead head, byte[] body) throws IOException {
        try (Writing writing = store.write(head, body.length)) {
            if (writing != null && writing.append(body, 0, body.length)) {
                writing.commit(head);
            }
        }
    }

    /** The figures of all starts, as a table. */
    String report() {
        return table.markdown();
    }
}
