package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.Purged;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.ClientMarks;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request of the cache to an origin, on a thread and in an exchange of its own: it lasts as long as somebody needs the
 * response, and a while longer to store it. All who wait for its head wake at once when it is there. Safe for use by many
 * threads.
 */
final class Fill {
    /** Whose request it is: names of fields, and the variant that its request has by them. */
    record Who(List<String> selecting, String variant) {}

    private final Who who;
    private final FillWork work;
    private final Duration finish;
    private final Signal headKnown = new Signal();
    /** How many requests wait for the head, or would if it came now. */
    private int waiting;

    private @Nullable Exchange scope;
    private long deadlineNanos;
    private boolean background;
    private boolean leaderGone;
    private volatile boolean contested;
    private volatile @Nullable Purged purged;
    private volatile @Nullable FillHead head;

    /**
     * Does not run yet.
     *
     * @param finish how long it goes on when nobody needs the response any more
     */
    Fill(Who who, FillWork work, Duration finish) {
        this.who = who;
        this.work = work;
        this.finish = finish;
    }

    Who who() {
        return who;
    }

    /** What it has got, or null before the head has come. */
    @Nullable
    FillHead head() {
        return head;
    }

    /** Another one runs for the same key, and may be stored first though its request was sent later. */
    void contest() {
        contested = true;
    }

    boolean isContested() {
        return contested;
    }

    @Nullable
    Purged purged() {
        return purged;
    }

    /** Somebody has purged what it gets. */
    void outdate(boolean soft) {
        purged = soft && purged != Purged.GONE ? Purged.STALE : Purged.GONE;
    }

    /** The head as it is stored after all that has been purged meanwhile; null if it is not stored. */
    @Nullable
    StoredHead toCommit(CacheCore core, StoredHead head) {
        Purged byTag = core.purges.of(head);
        if (purged == Purged.GONE || byTag == Purged.GONE) {
            return null;
        }
        return purged == null && byTag == null
                ? head
                : head.toBuilder().stale(true).build();
    }

    /**
     * Begins it.
     *
     * @param own the exchange of its own, which it ends
     * @param leader the exchange that gets what others may not have; null for a refresh in the background
     */
    void begin(Exchange own, @Nullable Exchange leader) {
        synchronized (this) {
            scope = own;
            deadlineNanos = Math.max(deadlineNanos, own.deadlineNanos());
            background = leader == null;
            leaderGone = background;
        }
        if (leader != null) {
            leader.onEnd(this::leaderEnded);
        }
        own.time().start("cache fill", () -> run(own));
    }

    private void run(Exchange own) {
        try {
            work.run(this, own);
        } catch (InterruptedException | IOException | RuntimeException | Error cause) {
            failed(ProxyException.of(cause));
        }
    }

    /** The response as the request gets it that began the fill. */
    synchronized ProxyResponse marked(ProxyResponse response) {
        return scope == null ? response : ClientMarks.marked(scope, response);
    }

    /** There is no response. */
    void failed(ProxyException why) {
        settle(new FillHead.Failed(why));
        end(why.outcome());
    }

    private void end(Outcome how) {
        Exchange own;
        synchronized (this) {
            own = scope;
        }
        if (own != null) {
            own.end(how);
        }
    }

    /** The head is known: wakes all. Has no effect the second time. */
    void settle(FillHead known) {
        synchronized (this) {
            if (head != null) {
                return;
            }
            head = known;
        }
        headKnown.fire();
        if (known instanceof FillHead.Alone && isLeaderGone()) {
            end(Outcome.ABANDONED);
        }
        unneeded();
    }

    /**
     * Waits for the head.
     *
     * @param untilNanos how long at most
     * @param take what to do with it, before the fill may think that nobody needs it; it gets null if the head takes
     *     longer, or if the exchange is cancelled
     */
    <T extends @Nullable Object> T await(Exchange exchange, long untilNanos, Take<T> take)
            throws IOException, InterruptedException {
        enter(exchange);
        try {
            ScopeWait.await(exchange.time(), exchange, headKnown, untilNanos);
            return take.of(head);
        } finally {
            leave();
        }
    }

    /** A reader of what it stores, in this scope; null if it is too late to read all of it. */
    synchronized @Nullable StoredBody reader(FillBytes bytes, Exchange reader) {
        StoredBody opened = bytes.reader(reader);
        if (opened != null) {
            needed(reader);
        }
        return opened;
    }

    private synchronized void enter(Exchange joining) {
        waiting++;
        needed(joining);
    }

    /** Who joins has all of his own time, also if the fill began long before. */
    private void needed(Exchange joining) {
        long own = Math.min(
                joining.deadlineNanos(),
                joining.time().deadline(Timeouts.of(joining).total()));
        deadlineNanos = Math.max(deadlineNanos, own);
        if (scope != null) {
            scope.deadline(deadlineNanos, Outcome.TOTAL_TIMEOUT);
        }
    }

    private synchronized void leave() {
        waiting--;
        unneeded();
    }

    /** If nobody needs it any more, it has only a while left. */
    synchronized void unneeded() {
        Exchange own = scope;
        FillHead known = head;
        if (own == null
                || background
                || waiting > 0
                || known instanceof FillHead.Alone
                || (known instanceof FillHead.Shared shared && shared.bytes().isRead())) {
            return;
        }
        own.deadline(Math.min(deadlineNanos, own.time().deadline(finish)), Outcome.ABANDONED);
    }

    private synchronized boolean isLeaderGone() {
        return leaderGone;
    }

    private void leaderEnded(Outcome outcome) {
        synchronized (this) {
            leaderGone = true;
            if (!(head instanceof FillHead.Alone)) {
                return;
            }
        }
        end(outcome);
    }

    /** What one who waits does with a head. */
    @FunctionalInterface
    interface Take<T extends @Nullable Object> {
        /** Takes it. */
        T of(@Nullable FillHead head) throws IOException, InterruptedException;
    }

    /** What a fill does; it settles the head. */
    @FunctionalInterface
    interface FillWork {
        /** Gets the response, and stores it. */
        void run(Fill fill, Exchange scope) throws IOException, InterruptedException;
    }
}
