package dev.sluice.examples.grid;

import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The responses of each key in the grid: one value for all variants of a key, the newest first. Each change fetches it,
 * and replaces it if nobody else has done so meanwhile.
 */
final class GridIndex {
    /** {@code Vary: User-Agent} has an endless number of variants, which nobody asks for again. */
    private static final int MAX_VARIANTS = 64;

    private static final int MOST_TRIES = 1_000;

    private final Grid grid;
    private final GridMemory memory;
    private final GridPurges purges;
    private final TimeSource time;

    GridIndex(Grid grid, GridMemory memory, GridPurges purges, TimeSource time) {
        this.grid = grid;
        this.memory = memory;
        this.purges = purges;
        this.time = time;
    }

    List<GridEntry> find(String key) throws IOException {
        String name = name(key);
        List<GridEntry> all = memory.heads(name, () -> GridEntry.decode(grid.get(name)));
        for (GridEntry each : all) {
            if (isEnding(each)) {
                return lasting(all);
            }
        }
        return all;
    }

    /** Adds a response before all others, in place of that of its variant. Returns those that have gone. */
    List<GridEntry> add(GridEntry entry) throws IOException {
        return change(entry.head().key(), all -> {
            List<GridEntry> now = new ArrayList<>();
            now.add(entry);
            for (GridEntry each : lasting(all)) {
                if (!each.isVariant(entry.head()) && now.size() < MAX_VARIANTS) {
                    now.add(each);
                }
            }
            return now;
        });
    }

    /** Removes one response, if it is there. Returns it. */
    List<GridEntry> remove(GridEntry entry) throws IOException {
        return change(
                entry.head().key(),
                all -> all.stream()
                        .filter(each -> !each.id().equals(entry.id()))
                        .toList());
    }

    /** Removes all responses of a key. Returns them. */
    List<GridEntry> removeAll(String key) throws IOException {
        return change(key, all -> List.of());
    }

    /** Replaces the head of one response, if it is there. */
    void update(GridEntry entry) throws IOException {
        change(
                entry.head().key(),
                all -> all.stream()
                        .map(each -> each.id().equals(entry.id()) ? entry : each)
                        .toList());
    }

    private List<GridEntry> change(String key, UnaryOperator<List<GridEntry>> change) throws IOException {
        String name = name(key);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            byte[] bytes = grid.get(name);
            List<GridEntry> before = GridEntry.decode(bytes);
            List<GridEntry> after = change.apply(before);
            if (after.equals(before) || grid.replace(name, bytes, GridEntry.encode(after), GridPieces.LIFE)) {
                // Also if it was as it should be: what is in memory may be older.
                memory.forget(name);
                return before.stream()
                        .filter(old ->
                                after.stream().noneMatch(each -> each.id().equals(old.id())))
                        .toList();
            }
        }
        throw new IOException("others have changed " + key + ' ' + MOST_TRIES + " times meanwhile");
    }

    /** Another purge of all makes other names: what was stored before is not found any more. */
    private String name(String key) {
        return "heads/" + purges.lastOfAll() + '/' + key;
    }

    /** Without those whose bodies are about to end: who begins to read one may not get all of it. */
    private List<GridEntry> lasting(List<GridEntry> all) {
        return all.stream().filter(each -> !isEnding(each)).toList();
    }

    private boolean isEnding(GridEntry entry) {
        return time.now().toEpochMilli() > entry.until() - GridPieces.DROPPED_LIFE.toMillis();
    }
}
