package dev.sluice.proxy.http2.hpack;

import org.jspecify.annotations.Nullable;

/** The fields that were sent last, newest first (RFC 7541 §2.3.2, §4). For one thread. */
final class DynamicTable {
    private @Nullable Field[] ring = new @Nullable Field[16];
    /** The place of the newest one. */
    private int newest;

    private int count;
    private int bytes;
    private int mostBytes;
    private long added;

    DynamicTable(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    int count() {
        return count;
    }

    int mostBytes() {
        return mostBytes;
    }

    /** How many were added so far, also those that are not there any more. */
    long added() {
        return added;
    }

    /** The field that was added so many fields before the last one; there are more than that. */
    Field at(int before) {
        Field field = ring[(newest - before) & (ring.length - 1)];
        if (field == null) {
            throw new IndexOutOfBoundsException(before);
        }
        return field;
    }

    /** Adds a field, and drops the oldest ones until there is room; one that is larger than the table empties it. */
    void add(Field field) {
        shrink(mostBytes - field.size());
        if (field.size() > mostBytes) {
            return;
        }
        if (count == ring.length) {
            grow();
        }
        newest = (newest + 1) & (ring.length - 1);
        ring[newest] = field;
        count++;
        bytes += field.size();
        added++;
    }

    /** Changes its size. */
    void resize(int changed) {
        mostBytes = changed;
        shrink(changed);
    }

    private void shrink(int most) {
        while (count > 0 && bytes > most) {
            int oldest = (newest - count + 1) & (ring.length - 1);
            bytes -= at(count - 1).size();
            ring[oldest] = null;
            count--;
        }
    }

    private void grow() {
        @Nullable Field[] larger = new @Nullable Field[2 * ring.length];
        for (int i = 0; i < count; i++) {
            larger[count - 1 - i] = at(i);
        }
        newest = count - 1;
        ring = larger;
    }
}
