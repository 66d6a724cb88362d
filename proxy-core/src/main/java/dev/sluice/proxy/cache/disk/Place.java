package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where a response is on the disk, as the index knows it; no file has been read. Safe for use by many threads. */
public final class Place {
    private final Shelf shelf;
    private final Finding finding;
    private final String key;
    private final Version version;

    Place(Shelf shelf, Finding finding, String key, Version version) {
        this.shelf = shelf;
        this.finding = finding;
        this.key = key;
        this.version = version;
    }

    Entry entry() {
        return version.entry();
    }

    /** Returns whether the response is of this variant. */
    public boolean isOf(String variant) {
        return version.entry().variant == KeyHash.ofVariant(variant);
    }

    /** Returns whether the response has been asked for before, and not long ago. */
    public boolean isAskedAgain() {
        return version.again();
    }

    /** Returns whether the response is still stored, with whatever head. */
    public boolean isStored() {
        return shelf.index.current(version.entry()) != null;
    }

    /** Returns whether the response is still stored, with the head that it had. */
    public boolean isCurrent() {
        Version now = shelf.index.current(version.entry());
        return now != null && now.generation() == version.generation();
    }

    /**
     * Reads the head.
     *
     * @return the response, or null if it is not stored any more, or is damaged
     * @throws IOException if it cannot be read
     */
    public @Nullable StoredResponse read() throws IOException {
        shelf.gate.enter();
        try {
            return finding.read(version, key);
        } finally {
            shelf.gate.leave();
        }
    }
}
