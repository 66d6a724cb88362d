package dev.sluice.balancer.affinity;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which member each session was last bound to. Bounded: if it is full, the session that was not seen for the longest
 * goes. A session that was not seen for the idle time ends. It has stripes, each a map in the order of use under its
 * own lock, which is held for a few steps and never during a wait. Safe for use by many threads.
 */
final class SessionTable<K> {
    private static final int STRIPES = 16;
    private static final int STRIPED_FROM = 1024;

    private final Stripe<K>[] stripes;
    private final long idleNanos;

    SessionTable(int capacity, Duration idle) {
        int count = capacity < STRIPED_FROM ? 1 : STRIPES;
        this.stripes = stripes(count);
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe<>(capacity / count + (i < capacity % count ? 1 : 0));
        }
        this.idleNanos = idle.toNanos();
    }

    /** Refuses an idle time that is out of range; the message shows it. */
    static void requireIdle(Duration idle) {
        Require.aboveZero("affinity idle", Duration.ofDays(365), idle);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K> Stripe<K>[] stripes(int count) {
        return new Stripe[count];
    }

    /** The member of the session, which is seen with this; null when there is none. */
    @Nullable
    String seen(K key, long nanos) {
        Stripe<K> stripe = stripe(key);
        synchronized (stripe) {
            Binding binding = stripe.get(key);
            if (binding == null || expired(binding, nanos)) {
                return null;
            }
            binding.seenNanos = nanos;
            return binding.member;
        }
    }

    /** Binds the session, whatever it was bound to before. */
    void put(K key, String member, long nanos) {
        Stripe<K> stripe = stripe(key);
        synchronized (stripe) {
            stripe.put(key, new Binding(member, nanos));
            forgetExpired(stripe, nanos);
        }
    }

    /**
     * Binds the session to {@code to} if it is bound to {@code from} now; both may be null for none. Otherwise another
     * request was faster, and nothing changes.
     *
     * @return whether this call has bound it
     */
    boolean move(K key, @Nullable String from, @Nullable String to, long nanos) {
        Stripe<K> stripe = stripe(key);
        synchronized (stripe) {
            Binding binding = stripe.get(key);
            String now = binding == null || expired(binding, nanos) ? null : binding.member;
            if (!Objects.equals(now, from)) {
                return false;
            }
            if (to == null) {
                stripe.remove(key);
            } else {
                stripe.put(key, new Binding(to, nanos));
                forgetExpired(stripe, nanos);
            }
            return true;
        }
    }

    /** The sessions of a member. */
    int count(String member, long nanos) {
        int count = 0;
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                for (Binding binding : stripe.values()) {
                    count += binding.member.equals(member) && !expired(binding, nanos) ? 1 : 0;
                }
            }
        }
        return count;
    }

    /** How many are held, expired ones included. */
    int size() {
        int size = 0;
        for (Stripe<K> stripe : stripes) {
            synchronized (stripe) {
                size += stripe.size();
            }
        }
        return size;
    }

    private boolean expired(Binding binding, long nanos) {
        return nanos - binding.seenNanos > idleNanos;
    }

    /** Two for each one that is put, so that they go faster than they come. */
    private void forgetExpired(Stripe<K> stripe, long nanos) {
        Iterator<Binding> oldest = stripe.values().iterator();
        for (int i = 0; i < 2 && oldest.hasNext() && expired(oldest.next(), nanos); i++) {
            oldest.remove();
        }
    }

    private Stripe<K> stripe(K key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return stripes.length == 1 ? stripes[0] : stripes[hash >>> 28];
    }

    private static final class Binding {
        private final String member;
        private long seenNanos;

        private Binding(String member, long nanos) {
            this.member = member;
            this.seenNanos = nanos;
        }
    }

    private static final class Stripe<K> extends LinkedHashMap<K, Binding> {
        private static final long serialVersionUID = 1;

        private final int capacity;

        private Stripe(int capacity) {
            super(16, 0.75f, true);
            this.capacity = capacity;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Binding> eldest) {
            return size() > capacity;
        }
    }
}
