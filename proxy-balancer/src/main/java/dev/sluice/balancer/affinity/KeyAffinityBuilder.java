package dev.sluice.balancer.affinity;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sets up an affinity by a key. For one thread.
 *
 * <pre>{@code
 * Affinity affinity = Affinity.header("X-Account").idle(Duration.ofHours(1)).build();
 * }</pre>
 *
 * <p>The table is this process's alone: several proxies do not share it, and it begins empty. Where the key alone
 * should say the member, without a table, a strategy that hashes it does that. Clients choose their keys, so one that
 * makes up many can push others out of the table; those are then picked for anew.
 */
public final class KeyAffinityBuilder {
    private final Function<ProxyRequest, @Nullable String> key;
    private int maxKeys = 100_000;
    private Duration idle = Duration.ofMinutes(30);
    private boolean strict;

    KeyAffinityBuilder(Function<ProxyRequest, @Nullable String> key) {
        this.key = Objects.requireNonNull(key, "key");
    }

    /**
     * How many keys are remembered; 100,000 by default. Beyond it the one that was not seen for longest is forgotten.
     */
    public KeyAffinityBuilder maxKeys(int keys) {
        this.maxKeys = keys;
        return this;
    }

    /** After how long without a request a key is forgotten; 30 min by default. */
    public KeyAffinityBuilder idle(Duration time) {
        this.idle = Objects.requireNonNull(time, "idle");
        return this;
    }

    /**
     * Refuses a request whose member is gone or cannot take it, instead of moving the session; off by default. As long
     * as the key is remembered: each request counts as seen, a refused one too.
     */
    public KeyAffinityBuilder strict() {
        this.strict = true;
        return this;
    }

    /**
     * The affinity.
     *
     * @throws IllegalArgumentException if an option is out of range; the message names it and its value
     */
    public Affinity build() {
        Require.atLeast("affinity maxKeys", 1, maxKeys);
        SessionTable.requireIdle(idle);
        return new SessionAffinity(new KeySessions(key, new SessionTable<>(maxKeys, idle), Set.of()), strict);
    }
}
