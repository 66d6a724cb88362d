package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.disk.EntryNames.HeadName;
import dev.sluice.proxy.cache.store.CacheStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what earlier runs have left, folder by folder, from the names of files alone. Whoever needs a folder that has not
 * been read yet reads it first; so a response is found before all have been read. Safe for use by many threads.
 */
final class Shards {
    private static final Logger LOG = LoggerFactory.getLogger(CacheStore.class);

    private final Disk disk;
    private final Folder folder;
    private final Index index;
    private final Bin bin;
    private final Shard[] shards = new Shard[Folder.SHARDS];

    Shards(Disk disk, Folder folder, Index index, Bin bin) {
        this.disk = disk;
        this.folder = folder;
        this.index = index;
        this.bin = bin;
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Shard(i);
        }
    }

    /** Makes sure that the index has all entries of a folder. */
    void require(int number) throws IOException {
        shards[number].require();
    }

    /** Reads all folders, unless the store is closed first, and puts what they have in order. */
    void readAll(Gate gate) {
        step(gate, this::dropLeftOvers);
        for (Shard shard : shards) {
            step(gate, shard::require);
        }
        step(gate, this::sort);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void step(Gate gate, Step step) {
        if (!gate.tryEnter()) {
            return;
        }
        try {
            step.run();
        } catch (IOException failure) {
            LOG.warn("the cache cannot read all of {}: {}", folder.root(), failure.toString());
        } finally {
            gate.leave();
        }
    }

    private void dropLeftOvers() throws IOException {
        disk.names(folder.beingWritten()).stream()
                .filter(folder::isLeftOver)
                .forEach(name -> bin.deleteLater(folder.beingWritten().resolve(name)));
    }

    private void sort() {
        List<Entry> found = new ArrayList<>();
        for (Shard shard : shards) {
            found.addAll(shard.take());
        }
        List<Entry> dropped = new ArrayList<>();
        index.sortFound(found, dropped);
        bin.deleteAll(dropped);
    }

    /** One folder. */
    private final class Shard {
        private final int number;
        private final ReentrantLock reading = new ReentrantLock();
        private List<Entry> found = List.of();
        private volatile boolean read;

        private Shard(int number) {
            this.number = number;
        }

        void require() throws IOException {
            if (read) {
                return;
            }
            reading.lock();
            try {
                if (!read) {
                    read();
                    read = true;
                }
            } finally {
                reading.unlock();
            }
        }

        private void read() throws IOException {
            List<Entry> entries = new ArrayList<>();
            List<HeadName> heads = new ArrayList<>();
            for (String name : disk.names(folder.shard(number))) {
                boolean isHead = name.endsWith(EntryNames.HEAD);
                Entry entry = isHead ? null : EntryNames.entry(name);
                HeadName head = isHead ? EntryNames.head(name) : null;
                if (entry != null && KeyHash.shard(entry.keyHigh) == number) {
                    entries.add(entry);
                } else if (head != null && head.key().shard() == number) {
                    heads.add(head);
                }
            }
            List<Entry> dropped = new ArrayList<>();
            for (Entry entry : entries) {
                index.addFound(entry, dropped);
            }
            heads.forEach(head -> add(head, dropped));
            found = entries;
            bin.deleteAll(dropped);
        }

        private void add(HeadName head, List<Entry> dropped) {
            HeadName unused = index.newHead(head, dropped);
            if (unused != null) {
                bin.deleteLater(folder.file(unused));
            }
        }

        /** What was found, once. */
        private List<Entry> take() {
            reading.lock();
            try {
                List<Entry> taken = found;
                found = List.of();
                return taken;
            } finally {
                reading.unlock();
            }
        }
    }
}
