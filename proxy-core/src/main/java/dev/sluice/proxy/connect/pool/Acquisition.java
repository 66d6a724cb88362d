package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.dial.Dialled;
import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.scope.ScopeWait;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a place of a pool into a connection: waits for the place, looks through the idle connections, opens a new one.
 * The pool decides, and this class acts; a place that is not filled is given back. Static, since the usual case, an
 * idle connection that is fit, should not need an object.
 */
final class Acquisition {
    private Acquisition() {}

    /** Waits for a place while there is none; and with it perhaps comes an idle connection. */
    static void await(OriginPool pool, Connection slot, Exchange scope) throws ProxyException, InterruptedException {
        ConnectionLimits limits = pool.settings.limits();
        int most = Math.min(limits.waiting(), Limits.waiting(scope));
        Waiter waiter = pool.enqueue(slot, most);
        if (waiter == null) {
            throw turnedAway(pool, most + " others wait for one");
        }
        boolean entered = false;
        long beginNanos = pool.time.nanos();
        try {
            ScopeWait.await(pool.time, scope, waiter.signal, pool.time.deadline(limits.waitTimeout()));
            Outcome cancelled = scope.cancelled();
            if (cancelled != null) {
                throw new ProxyException(
                        cancelled,
                        Delivery.NOT_SENT,
                        "cancelled while waiting for a connection to " + pool.destination);
            }
            entered = pool.leave(waiter);
            if (!entered) {
                throw turnedAway(pool, "none was free within " + DurationText.of(limits.waitTimeout()));
            }
        } finally {
            noteWait(scope, pool.time.nanos() - beginNanos);
            // A place may have come in the same moment as the cancellation or the interrupt.
            if (!entered && pool.leave(waiter)) {
                pool.failed(slot, false);
            }
        }
    }

    private static void noteWait(Exchange scope, long nanos) {
        AttemptNotes attempt = scope.attemptNotes();
        if (attempt != null) {
            attempt.waitedForConnection(nanos);
        }
    }

    private static ProxyException turnedAway(OriginPool pool, String why) {
        if (pool.turnAway()) {
            return Pools.shutDown();
        }
        return new ProxyException(
                Outcome.OVERLOADED,
                Delivery.NOT_SENT,
                "all " + pool.settings.limits().active() + " connections to " + pool.destination + " are in use, and "
                        + why);
    }

    /** Fills the place. If that fails, the place is given back. */
    static Connection fill(OriginPool pool, Connection slot, AddressRule rule, Exchange scope, boolean fresh)
            throws ProxyException, InterruptedException {
        boolean filled = false;
        try {
            if (slot.link() != null) {
                choose(pool, slot, rule, scope, fresh);
            }
            if (slot.link() == null) {
                if (slot.counted()) {
                    pool.makeRoom();
                }
                boolean reusable = slot.counted() && pool.reusable;
                Dialled dialled = pool.dialler.dial(slot.serverName(), rule, scope);
                pool.opened(slot, new Link(dialled, slot.serverName(), pool.settings, reusable, pool.time.nanos()));
            }
            slot.begin();
            filled = true;
            return slot;
        } finally {
            if (!filled) {
                pool.failed(slot, true);
            }
        }
    }

    /** Goes through the idle connections, the most recently used first, until one is fit or none is left. */
    private static void choose(OriginPool pool, Connection slot, AddressRule rule, Exchange scope, boolean fresh) {
        long now = pool.time.nanos();
        Answer answer = pool.dialler.known(scope, now);
        List<Link> aside = null;
        try {
            for (Link link = slot.link(); link != null; link = slot.link()) {
                boolean tooOld = fresh && !link.fresh(now);
                End unfit = link.unusable(answer, now);
                if (unfit == null && !tooOld && rule.permits(link.address)) {
                    if (!link.dead()) {
                        return;
                    }
                    unfit = End.DEAD;
                }
                if (unfit != null) {
                    pool.replace(slot, unfit);
                } else {
                    // Fit, but not for this request. Below one that is too old there are only older ones.
                    aside = aside == null ? new ArrayList<>() : aside;
                    aside.add(pool.setAside(slot, !tooOld));
                }
            }
        } finally {
            if (aside != null) {
                pool.putBack(aside);
            }
        }
    }
}
