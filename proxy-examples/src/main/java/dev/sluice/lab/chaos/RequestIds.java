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
 * The ids of the POSTs that the origins have acted on, of which each origin writes one a line before it answers: what
 * is in a file outlives a SIGKILL. Immutable.
 *
 * @param counts how often each was acted on
 */
record RequestIds(Map<String, Integer> counts) {
    /**
     * Those of all files in a directory. A line without an end was being written when its origin died: it was acted
     * on.
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

    /** Those that were acted on more than once. */
    List<String> repeated() {
        return counts.entrySet().stream()
                .filter(each -> each.getValue() > 1)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Those of {@code answered} that nobody acted on. */
    List<String> missing(Set<String> answered) {
        return answered.stream().filter(id -> !counts.containsKey(id)).sorted().toList();
    }
}
