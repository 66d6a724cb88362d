package dev.sluice.lab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The ids of the POSTs that the origins have acted on. Each origin writes one id a line before it answers, because a
 * file outlives a SIGKILL. Immutable.
 *
 * @param counts how often each id was acted on
 */
record RequestIds(Map<String, Integer> counts) {
    /**
     * Reads the ids of all files in a directory. If a line has no end, its origin died while it wrote it; the request
     * was acted on.
     */
    static RequestIds read(Path directory) throws IOException {
        List<String> ids = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                ids.addAll(Files.readAllLines(file));
            }
        }
        return of(ids);
    }

    static RequestIds of(Collection<String> ids) {
        Map<String, Integer> counts = new HashMap<>();
        ids.forEach(id -> counts.merge(id, 1, Integer::sum));
        return new RequestIds(counts);
    }

    /** The ids that were acted on more than once. */
    List<String> repeated() {
        return counts.entrySet().stream()
                .filter(each -> each.getValue() > 1)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** The ids of {@code answered} that no origin acted on. */
    List<String> missing(Set<String> answered) {
        return answered.stream().filter(id -> !counts.containsKey(id)).sorted().toList();
    }
}
