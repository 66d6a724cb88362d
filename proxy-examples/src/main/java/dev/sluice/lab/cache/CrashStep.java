package dev.sluice.lab.cache;

import org.jspecify.annotations.Nullable;

/**
 * A line of a writer: what it is about to do with a key, or has done.
 *
 * @param stamp that of the response; what is removed or made stale has this one or an earlier one
 */
record CrashStep(Kind kind, int key, long stamp) {
    enum Kind {
        /** Something will be done with the key. */
        BEGINS,
        STORED,
        REMOVED,
        /** The response with this stamp is stale. */
        STALE,
        /** What was found is not what was stored. */
        WRONG
    }

    String line() {
        return kind + " " + key + ' ' + stamp + " .";
    }

    /** The step of a line, or null if the writer was killed within it. */
    static @Nullable CrashStep of(String line) {
        String[] parts = line.split(" ", -1);
        return parts.length == 4 && parts[3].equals(".")
                ? new CrashStep(Kind.valueOf(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]))
                : null;
    }
}
