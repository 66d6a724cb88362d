package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What writings and responses of a store share: its folder, and its index beside it. Safe for use by many threads. */
final class Shelf {
    private static final Logger LOG = LoggerFactory.getLogger(CacheStore.class);

    final Disk disk;
    final Folder folder;
    final Gate gate;
    final Index index;
    final Bin bin;
    final Shards shards;
    final Outage outage;
    private final TimeSource time;
    private final LogLimit damages;

    Shelf(Disk disk, Folder folder, Index index, TimeSource time) {
        this.disk = disk;
        this.folder = folder;
        this.index = index;
        this.time = time;
        this.gate = new Gate(folder.root());
        this.bin = new Bin(disk, folder, index, time);
        this.shards = new Shards(disk, folder, index, bin);
        this.outage = new Outage(folder.root(), time);
        this.damages = new LogLimit(1, time::nanos);
    }

    /** Makes room, and deletes what goes for it. Returns whether there is room. */
    boolean reserve(long bytes) {
        List<Entry> dropped = new ArrayList<>();
        boolean room = index.reserve(bytes, dropped);
        bin.deleteAll(dropped);
        return room;
    }

    /** A new entry, which is newer than all others of its key. */
    Entry newEntry(StoredHead head, long bodyLength, int headLength) throws IOException {
        KeyHash key = KeyHash.of(head.key());
        shards.require(key.shard());
        return new Entry(key, index.nextSequence(micros()), KeyHash.ofVariant(head.variant()), bodyLength, headLength);
    }

    private long micros() {
        Instant now = time.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /** Drops all entries at once. Their files are deleted in the background, unless the store is closed meanwhile. */
    void clear() {
        List<Entry> dropped = index.clear(micros());
        if (!dropped.isEmpty()) {
            time.startNative("cache-clear", () -> delete(dropped));
        }
    }

    private void delete(List<Entry> dropped) {
        for (Entry entry : dropped) {
            if (!gate.tryEnter()) {
                return;
            }
            try {
                bin.deleteAll(List.of(entry));
            } finally {
                gate.leave();
            }
        }
    }

    /** The file of a new entry is in its place. */
    void add(Entry entry, long reserved) {
        List<Entry> dropped = new ArrayList<>();
        index.add(entry, reserved, dropped);
        bin.deleteAll(dropped);
        outage.worked();
    }

    /** Drops an entry whose file has not what was written to it. */
    void damaged(Entry entry, DamagedException damage) {
        if (!gate.tryEnter()) {
            return;
        }
        try {
            if (index.remove(entry)) {
                damages.happened(times -> LOG.warn(
                        "the cache drops a damaged file, {}: {}{}",
                        folder.file(entry),
                        damage.getMessage(),
                        LogLimit.others(times)));
                bin.deleteAll(List.of(entry));
            }
        } finally {
            gate.leave();
        }
    }
}
