package dev.sluice.proxy.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How much of one global limit each client has taken. A client may have more than its share while at most half of the
 * limit is taken, so that one address can have thousands of connections while there is room. A client is an IPv4
 * address, or the first 64 bits of an IPv6 address, as one host usually has that many. Safe for use by many threads.
 */
public final class ClientShares {
    private final int limit;
    private final double part;
    private final ConcurrentHashMap<Object, Count> taken = new ConcurrentHashMap<>();

    /**
     * Nobody has taken anything yet.
     *
     * @param part the part of the limit that one client may take: above 0, at most 1
     */
    public ClientShares(int limit, double part) {
        this.limit = limit;
        this.part = part;
    }

    /** What one client may take: at least 1. */
    public int share() {
        return shareOf(limit);
    }

    /** The same for another limit. */
    public int shareOf(int another) {
        return (int) Math.max(1, another * part);
    }

    /** What all clients may take. */
    public int limit() {
        return limit;
    }

    /**
     * Counts one more for the client, in any case.
     *
     * @param client null for one that is exempt, and not counted
     * @param inAll the total of all clients, with this one
     * @return whether it may have it: it is within its share, or at most half of the limit was taken before
     */
    public boolean take(@Nullable InetAddress client, int inAll) {
        if (client == null) {
            return true;
        }
        int own = countUp(key(client));
        return part >= 1 || own <= share() || 2L * (inAll - 1) <= limit;
    }

    /** Counts one less for the client; has no effect for null. */
    public void giveBack(@Nullable InetAddress client) {
        if (client == null) {
            return;
        }
        Object key = key(client);
        Count count = taken.get(key);
        if (count != null && count.down()) {
            taken.remove(key, count);
        }
    }

    private int countUp(Object key) {
        while (true) {
            // Usually it is there, and to get it takes no lock.
            Count known = taken.get(key);
            Count count = known == null ? taken.computeIfAbsent(key, absent -> new Count()) : known;
            int own = count.up();
            if (own > 0) {
                return own;
            }
            // Its last one was given back just now.
            taken.remove(key, count);
        }
    }

    /** Returns whether the client has more than {@code most} now; null never has. */
    public boolean hasMoreThan(int most, @Nullable InetAddress client) {
        Count count = client == null ? null : taken.get(key(client));
        return count != null && count.get() > most;
    }

    /** Returns whether these two are one client; null is no client. */
    public static boolean same(@Nullable InetAddress one, @Nullable InetAddress other) {
        return one != null && other != null && key(one).equals(key(other));
    }

    /** The client's key in a map; equal for two addresses of one client. */
    public static Object key(InetAddress client) {
        return client instanceof Inet6Address
                ? (Object) ByteBuffer.wrap(client.getAddress()).getLong()
                : client;
    }

    /**
     * The number of one client; once it has come back to 0 it is over. No lock, as all requests of a client meet here: of a
     * lock whose holder the system has suspended, thousands of threads would wait in a line.
     */
    private static final class Count {
        private static final int OVER = -1;

        private final AtomicInteger number = new AtomicInteger();

        int get() {
            return number.get();
        }

        /** One more; returns the number then, or {@link #OVER}. */
        int up() {
            return number.updateAndGet(now -> now == OVER ? OVER : now + 1);
        }

        /** One less; returns whether it is over then. */
        boolean down() {
            return number.updateAndGet(now -> now <= 1 ? OVER : now - 1) == OVER;
        }
    }
}
