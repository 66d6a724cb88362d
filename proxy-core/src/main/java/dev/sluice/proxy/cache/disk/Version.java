package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.disk.EntryNames.HeadName;

/**
 * An entry as it was, and where its newest head is: in a file of its own if the generation is not 0.
 *
 * @param again whether it has been asked for before, and not long ago
 */
record Version(Entry entry, int generation, int newHeadLength, boolean again) {
    static Version of(Entry entry) {
        return new Version(entry, entry.generation, entry.newHeadLength, entry.asked);
    }

    HeadName head() {
        return EntryNames.head(entry, generation, newHeadLength);
    }
}
