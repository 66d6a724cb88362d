package dev.sluice.proxy.cache.memory;

import org.jspecify.annotations.Nullable;

/**
 * The place of a response in {@link TinyLfu}: how heavy it is, and in which {@link EntryQueue} it stands. Guarded by the
 * lock of {@link Contents}, but for what says otherwise.
 */
final class Entry {
    /** Tells the variant of a key from all others. Final. */
    final long fingerprint;

    /** Is told of uses. Final. */
    private final Uses uses;

    /** What is stored here, or null if it was dropped: what remembers this entry does not keep its body. */
    @Nullable
    MemoryResponse response;

    /**
     * Whether there are other responses of its key. Then only the opening of its body shows that it is the one that is
     * used; else, that the key is asked for. Read without the lock, as a use that is not counted does no harm.
     */
    boolean hasSiblings;

    long weight;

    @Nullable
    EntryQueue queue;

    @Nullable
    Entry colder;

    @Nullable
    Entry hotter;

    Entry(long fingerprint, Uses uses) {
        this.fingerprint = fingerprint;
        this.uses = uses;
    }

    /** Its key was asked for. */
    void found() {
        if (!hasSiblings) {
            uses.used(this);
        }
    }

    /** Its body was opened. */
    void opened() {
        if (hasSiblings) {
            uses.used(this);
        }
    }

    /** Who counts uses. */
    interface Uses {
        /** Called by any thread. */
        void used(Entry entry);
    }
}
