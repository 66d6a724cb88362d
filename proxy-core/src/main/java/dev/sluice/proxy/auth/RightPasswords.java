package dev.sluice.proxy.auth;

import dev.sluice.proxy.internal.Nanos;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The passwords that were right a short while ago, by their hashes. Safe for use by many threads. */
final class RightPasswords {
    /** Beyond that, some are forgotten earlier. */
    private static final int KEPT = 10_000;

    private final long nanos;
    private final ConcurrentHashMap<ByteBuffer, Known> known = new ConcurrentHashMap<>();

    /** @param time for how long they are remembered */
    RightPasswords(Duration time) {
        this.nanos = Nanos.of(time);
    }

    /**
     * A password that was right.
     *
     * @param version what that depends on, see {@link Credentials#version}
     * @param client where it was right for the last time
     */
    private record Known(long untilNanos, String version, Object client) {}

    /** The version of a user's password, which may take a look somewhere. */
    @FunctionalInterface
    interface Version {
        String now() throws IOException, InterruptedException;
    }

    /** Returns whether it was this client that has shown it for the last time. */
    boolean isFrom(ByteBuffer key, Object client) {
        Known right = known.get(key);
        return right != null && right.client().equals(client);
    }

    /** Returns whether it is still right; then this client has shown it. */
    boolean has(ByteBuffer key, Version version, Object client, long now) throws IOException, InterruptedException {
        @Nullable Known found = known.get(key);
        if (found == null || found.untilNanos() <= now || !found.version().equals(version.now())) {
            return false;
        }
        if (!found.client().equals(client)) {
            known.replace(key, new Known(found.untilNanos(), found.version(), client));
        }
        return true;
    }

    /** Remembers one. */
    void add(ByteBuffer key, String version, Object client, long now) {
        if (nanos == 0) {
            return;
        }
        if (known.size() >= KEPT) {
            known.values().removeIf(each -> each.untilNanos() <= now);
        }
        if (known.size() >= KEPT) {
            known.keySet().stream().findAny().ifPresent(known::remove);
        }
        known.put(key, new Known(Nanos.after(now, nanos), version, client));
    }

    /** How many there are. */
    int size() {
        return known.size();
    }
}
