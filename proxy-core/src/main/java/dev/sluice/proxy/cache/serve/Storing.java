package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.cache.rule.Selecting;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * How a head gets into the store: as it is after all purges, those of this very moment too, which have either seen what is
 * on its way, or find what has been stored. A store that fails stores nothing, and does no other harm.
 */
final class Storing {
    private final CacheCore core;
    private final Fill fill;
    private final StoredHead head;

    /**
     * Nothing is done yet.
     *
     * @param fill what purges see of it, from before the request was sent, or the store was asked, until it is stored
     */
    Storing(CacheCore core, Fill fill, StoredHead head) {
        this.core = core;
        this.fill = fill;
        this.head = head;
    }

    /** Room for a body; null if there is none. */
    static @Nullable Writing write(CacheCore core, StoredHead head, long length) {
        try {
            return core.store.write(head, length);
        } catch (IOException | RuntimeException cause) {
            core.failed("store a response", cause);
            return null;
        }
    }

    /** Makes it visible; returns whether it is stored. */
    boolean commit(Step step) {
        StoredHead now = fill.toCommit(core, head);
        if (now == null) {
            return false;
        }
        if (!fill.isContested()) {
            return done("store a response", now, step);
        }
        // One at a time, so that each sees what the others have stored.
        Lock lock = core.contested.of(head.key());
        lock.lock();
        try {
            return !isOvertaken() && done("store a response", now, step);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a newer response has been stored while this one was arriving (RFC 9111 §4). */
    private boolean isOvertaken() {
        for (StoredResponse each : core.find(head.key())) {
            if (each.head().variant().equals(head.variant()) && Selecting.isNewer(each.head(), head)) {
                return true;
            }
        }
        return false;
    }

    /** Gives a stored response the head, or removes it if it has been purged; returns whether it has it. */
    boolean update(StoredResponse response) {
        StoredHead now = fill.toCommit(core, head);
        if (now == null) {
            core.remove(response);
            return false;
        }
        return done("update a response", now, wanted -> {
            core.store.update(response, wanted);
            return true;
        });
    }

    private boolean done(String what, StoredHead now, Step step) {
        try {
            return step.store(now) && isKept(now);
        } catch (IOException | RuntimeException cause) {
            core.failed(what, cause);
            return false;
        }
    }

    /** Looks again for purges that came while it was stored. */
    private boolean isKept(StoredHead stored) throws IOException {
        StoredHead again = fill.toCommit(core, head);
        if (again == null) {
            core.store.remove(head.key());
            return false;
        }
        if (again.stale() && !stored.stale()) {
            makeStale(core.store.find(head.key()));
        }
        return true;
    }

    private void makeStale(List<StoredResponse> found) throws IOException {
        for (StoredResponse each : found) {
            if (each.head().variant().equals(head.variant()) && !each.head().stale()) {
                core.store.update(each, each.head().toBuilder().stale(true).build());
            }
        }
    }

    /** Puts it into the store. */
    @FunctionalInterface
    interface Step {
        /** Returns whether the store has it with this head now. */
        boolean store(StoredHead now) throws IOException;
    }
}
