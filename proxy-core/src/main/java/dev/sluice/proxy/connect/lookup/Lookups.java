package dev.sluice.proxy.connect.lookup;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.internal.ClientShares;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of names that run at once in this JVM. A look-up blocks inside the operating system, for ten seconds and
 * more when no name server answers. On a virtual thread it would hold a carrier thread all this time, and a few hundred
 * of them would stop the whole JVM. So each runs on a platform thread, their number is limited, and the rest waits in a
 * queue, where each caller gives up after its own time.
 *
 * <p>Names that clients choose, as with a forward proxy, take at most three quarters, and those of one client (of one
 * /64 for IPv6) a quarter: neither can stop the look-ups of others, nor those of configured upstreams. The client with
 * the fewest look-ups is next, with its first question. The exchanges that wait for such names are limited too:
 * otherwise many clients together would leave none for others.
 *
 * <p>Safe for use by many threads. Nothing here waits, and nothing is run with the lock held.
 */
public final class Lookups {
    /** The look-ups of this JVM. */
    public static final Lookups SHARED = new Lookups(128);

    /** The client that stands for the names of a configuration. */
    public static final Object CONFIGURATION = new Object();

    private final int most;
    private final int mostOfClients;
    private final int mostOfOneClient;
    private final int mostWaitingOfOneClient;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Ticket> queue = new LinkedHashSet<>();
    private final Map<Object, Share> shares = new HashMap<>();
    private int running;
    private int runningOfClients;
    private final AtomicInteger exchangesOfClients = new AtomicInteger();

    /** @param most how many run at once */
    Lookups(int most) {
        this.most = most;
        this.mostOfOneClient = Math.max(1, most / 4);
        this.mostOfClients = Math.max(1, most - most / 4);
        this.mostWaitingOfOneClient = 2 * most;
    }

    /** The questions of one client. Guarded by the lock. */
    private static final class Share {
        int running;
        int waiting;
    }

    /** The right of one client to have a question asked; several exchanges of the client hold it together. */
    public static final class Ticket {
        private final Question question;
        private final Object client;
        private final Share share;
        private int holders;

        private Ticket(Question question, Object client, Share share) {
            this.question = question;
            this.client = client;
            this.share = share;
        }
    }

    /** The client of an exchange, as it is counted here. */
    public static Object client(Exchange scope) {
        InetAddress address = scope.client().address().getAddress();
        return address == null ? scope.client().address().getHostString() : ClientShares.key(address);
    }

    /**
     * Asks a question as soon as there is room, perhaps at once. It is asked once, even if others have a ticket for it
     * too.
     *
     * @return pass it to {@link #leave}; null if too many questions of this client already wait
     */
    public @Nullable Ticket enter(Question question, Object client) {
        Ticket ticket;
        lock.lock();
        try {
            Share share = shares.computeIfAbsent(client, absent -> new Share());
            ticket = question.tickets.computeIfAbsent(client, absent -> new Ticket(question, client, share));
            if (ticket.holders == 0 && !question.begun()) {
                if (client != CONFIGURATION && share.waiting == mostWaitingOfOneClient) {
                    question.tickets.remove(client);
                    return null;
                }
                share.waiting++;
                queue.add(ticket);
            }
            ticket.holders++;
            forget(ticket);
        } finally {
            lock.unlock();
        }
        dispatch();
        return ticket;
    }

    /** Ends the wait. A question that has not begun, and that nobody waits for any more, is not asked. */
    public void leave(Ticket ticket) {
        lock.lock();
        try {
            if (--ticket.holders == 0 && queue.contains(ticket)) {
                withdraw(ticket);
                ticket.question.tickets.remove(ticket.client);
            }
            forget(ticket);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts an exchange that waits for a name which its client chose, until {@link #waitsNoMore}. Several may wait for
     * one look-up, so this is no count of look-ups.
     *
     * @param most how many may
     * @return whether there was room for it
     */
    public boolean waits(int most) {
        if (exchangesOfClients.incrementAndGet() <= most) {
            return true;
        }
        waitsNoMore();
        return false;
    }

    /** Counts one less. */
    public void waitsNoMore() {
        exchangesOfClients.decrementAndGet();
    }

    private void dispatch() {
        for (Ticket next = next(); next != null; next = next()) {
            Ticket begun = next;
            try {
                begun.question.time.startNative("resolve", () -> run(begun));
            } catch (RuntimeException | Error noThread) {
                release(begun);
                begun.question.fail(noThread);
            }
        }
    }

    private void run(Ticket ticket) {
        try {
            ticket.question.run();
        } finally {
            release(ticket);
            dispatch();
        }
    }

    /** Takes the next question out of the queue, and a place for it; null when there is none that may begin. */
    private @Nullable Ticket next() {
        lock.lock();
        try {
            if (running == most) {
                return null;
            }
            Ticket best = null;
            for (Ticket each : queue) {
                boolean fewer = best == null || each.share.running < best.share.running;
                if (fewer && mayBegin(each)) {
                    best = each;
                }
            }
            if (best != null) {
                running++;
                runningOfClients += best.client == CONFIGURATION ? 0 : 1;
                best.share.running++;
                best.question.begin();
                best.question.tickets.values().forEach(each -> {
                    withdraw(each);
                    forget(each);
                });
            }
            return best;
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private boolean mayBegin(Ticket ticket) {
        return ticket.client == CONFIGURATION
                || (runningOfClients < mostOfClients && ticket.share.running < mostOfOneClient);
    }

    /** With the lock. */
    private void withdraw(Ticket ticket) {
        if (queue.remove(ticket)) {
            ticket.share.waiting--;
        }
    }

    private void release(Ticket ticket) {
        lock.lock();
        try {
            running--;
            runningOfClients -= ticket.client == CONFIGURATION ? 0 : 1;
            ticket.share.running--;
            forget(ticket);
        } finally {
            lock.unlock();
        }
    }

    /** With the lock: forgets clients that have nothing here. */
    private void forget(Ticket ticket) {
        if (ticket.share.running == 0 && ticket.share.waiting == 0) {
            shares.remove(ticket.client, ticket.share);
        }
    }

    /** How many clients have something here. */
    int clients() {
        lock.lock();
        try {
            return shares.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many run just now. */
    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }
}
