package dev.sluice.lab.cache;

import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a writer has said it did, and what must therefore be in the folder. For one thread. */
final class CrashModel {
    private final Map<Integer, Known> keys = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long newest;
    private int checked;

    /** What is known of a key. */
    private static final class Known {
        /** It has been done with it what it said; nothing was begun since. */
        private boolean settled;

        private long stored;
        private long removed;
        private long stale;
    }

    void add(CrashStep step) {
        Known known = keys.computeIfAbsent(step.key(), ignored -> new Known());
        newest = Math.max(newest, step.stamp());
        known.settled = step.kind() != CrashStep.Kind.BEGINS;
        switch (step.kind()) {
            case BEGINS -> {}
            case STORED -> known.stored = step.stamp();
            case REMOVED -> known.removed = step.stamp();
            case STALE -> known.stale = step.stamp();
            case WRONG -> problems.add("the writer found a wrong response: " + step);
        }
    }

    /**
     * Compares a folder with what is known, and learns what it has.
     *
     * @param mayLose whether the store had to drop responses for room
     */
    List<String> check(DiskStore store, boolean mayLose) throws IOException {
        for (int key = 0; key < CrashWriter.KEYS; key++) {
            Known known = keys.computeIfAbsent(key, ignored -> new Known());
            List<StoredResponse> found = store.find(CrashBodies.key(key));
            for (StoredResponse each : found) {
                checked++;
                check(key, known, each);
            }
            boolean expected = known.settled && known.stored > known.removed;
            if (found.size() > 1 || (expected && found.isEmpty() && !mayLose)) {
                problems.add("key " + key + " has " + found.size() + " responses");
            }
            known.settled = false;
        }
        return problems;
    }

    private void check(int key, Known known, StoredResponse found) {
        StoredHead head = found.head();
        newest = Math.max(newest, head.stamp());
        String fault = CrashBodies.fault(key, found);
        if (!fault.isEmpty()) {
            problems.add("key " + key + " stamp " + head.stamp() + ' ' + fault);
        }
        if (head.stamp() <= known.removed) {
            problems.add("key " + key + " stamp " + head.stamp() + " was removed and has come back");
        }
        if (head.stamp() < known.stored) {
            problems.add("key " + key + " stamp " + head.stamp() + " was replaced by " + known.stored);
        }
        if (head.stamp() == known.stale && !head.stale()) {
            problems.add("key " + key + " stamp " + head.stamp() + " was made stale and is fresh again");
        }
    }

    /** A stamp that no response has had. */
    long nextStamp() {
        newest += 1_000_000;
        return newest;
    }

    /** How many responses have been checked. */
    int checked() {
        return checked;
    }
}
