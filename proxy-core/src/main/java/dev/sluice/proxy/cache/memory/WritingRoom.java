package dev.sluice.proxy.cache.memory;

/**
 * The room that running writings take, and what is kept free for the next ones: as much as they took at most of late. So
 * the first one drops responses to make room for itself, and the next ones need not. Guarded by the lock of {@link
 * Contents}.
 */
final class WritingRoom {
    /** After so many ends of writings, what is kept free is measured again. */
    private static final int PERIOD = 256;

    private final long max;
    private long taken;
    private long reserved;
    private long peak;
    private int ends;

    /**
     * Room that nothing has taken.
     *
     * @param max the bound of what all writings may take
     */
    WritingRoom(long max) {
        this.max = max;
    }

    /** Takes room. Returns false if there is none, or none for what follows later. */
    boolean take(long bytes, long later) {
        if (bytes + later > max - taken) {
            return false;
        }
        taken += bytes;
        peak = Math.max(peak, taken);
        reserved = Math.max(reserved, taken);
        return true;
    }

    void giveBack(long bytes) {
        taken -= bytes;
        if (++ends == PERIOD) {
            reserved = peak;
            peak = taken;
            ends = 0;
        }
    }

    /** What writings take now. */
    long taken() {
        return taken;
    }

    /** What writings take, and what is kept free for them. */
    long reserved() {
        return reserved;
    }
}
