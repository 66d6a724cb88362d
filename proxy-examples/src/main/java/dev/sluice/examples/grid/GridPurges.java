package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.Purge;
import dev.sluice.proxy.cache.store.PurgeLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Purges in the grid's log. What others have purged is read when the next response is looked for, before it is found. A
 * purge that the grid does not take holds here alone, and is added as soon as the grid is back. An entry lasts as long as
 * responses that it can be for.
 */
final class GridPurges implements PurgeLog {
    private static final int MOST_OWED = 10_000;
    private static final String DROP = "drop";
    private static final String STALE = "stale";

    private final Grid grid;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Consumer<Purge>> caches = new CopyOnWriteArrayList<>();
    private final Deque<String> owed = new ArrayDeque<>();
    /** How often there was something to read, and up to which of these all has been read. */
    private final AtomicLong wanted = new AtomicLong(1);

    private volatile long done;
    private volatile long lastOfAll;
    private long last;

    GridPurges(Grid grid) {
        this.grid = grid;
    }

    /** If the grid is away, they are read when it is back, before anything is found. */
    @Override
    public void open(Consumer<Purge> heard) {
        lock.lock();
        try {
            caches.add(heard);
            last = 0;
            behind();
            refresh();
        } catch (IOException away) {
            behind();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long add(@Nullable String tag, boolean soft) throws IOException {
        String entry = (soft ? STALE : DROP) + (tag == null ? "" : ' ' + tag);
        lock.lock();
        try {
            behind();
            settle();
            long number = append(entry);
            readQuietly();
            return number;
        } catch (IOException away) {
            if (owed.size() >= MOST_OWED) {
                owed.clear();
                owed.add(DROP);
            }
            owed.add(entry);
            throw away;
        } finally {
            lock.unlock();
        }
    }

    /** There may be something to read. */
    void behind() {
        wanted.incrementAndGet();
    }

    /** Returns when all that others had added before the call is known. */
    void refresh() throws IOException {
        if (done >= wanted.get()) {
            return;
        }
        lock.lock();
        try {
            long now = wanted.get();
            if (done < now) {
                settle();
                for (Grid.Logged each : grid.after(last)) {
                    hear(each);
                }
                done = now;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The number of the last purge of all responses. */
    long lastOfAll() {
        return lastOfAll;
    }

    private void settle() throws IOException {
        while (!owed.isEmpty()) {
            append(owed.element());
            owed.remove();
        }
    }

    private long append(String entry) throws IOException {
        return grid.append(entry, GridPieces.LIFE);
    }

    private void readQuietly() {
        try {
            refresh();
        } catch (IOException away) {
            // The purge has been added: what cannot be read now is read later.
            behind();
        }
    }

    private void hear(Grid.Logged logged) {
        String[] words = logged.entry().split(" ", 2);
        boolean soft = words[0].equals(STALE);
        String tag = words.length < 2 ? null : words[1];
        last = logged.number();
        if (tag == null && !soft) {
            lastOfAll = last;
        }
        Purge purge = new Purge(tag, soft, last);
        caches.forEach(each -> each.accept(purge));
    }
}
