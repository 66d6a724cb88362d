package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.dial.Dialled;
import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.ResponseReader;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An open connection to an origin that speaks HTTP/1.1, through all its uses. Belongs to the one thread that uses it,
 * or to the pool while it is idle; the pool's lock passes it on.
 */
final class Link {
    /**
     * An origin may count its timeout from the moment when its response was sent, and its FIN takes a while to arrive.
     */
    private static final long SAFETY_NANOS = 1_000_000_000L;

    /** How long after its last use a connection can serve a request that may not be repeated. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private static final int INPUT_BYTES = 8 * 1024;

    private static final int OUTPUT_BYTES = 1024;

    final Wire wire;
    final InetSocketAddress address;
    final InputBuffer input;
    final OutputBuffer output = new OutputBuffer(OUTPUT_BYTES);
    final ResponseReader responses;
    private final @Nullable String serverName;
    private final boolean reusable;
    private final long openedNanos;
    private final long lifetimeNanos;
    private long idleLimitNanos;
    private long idleSinceNanos;
    private Answer answer;
    int uses;

    /**
     * A new one.
     *
     * @param serverName the name for TLS that its request has chosen, or null
     * @param reusable whether it may serve more than one request
     */
    Link(Dialled dialled, @Nullable String serverName, ConnectionSettings settings, boolean reusable, long nowNanos) {
        this.serverName = serverName;
        this.wire = dialled.wire();
        this.address = dialled.address();
        this.answer = dialled.answer();
        this.input = new InputBuffer(wire::read, INPUT_BYTES);
        this.responses = new ResponseReader(input, settings.headerBytes(), settings.headerCount());
        this.reusable = reusable;
        this.openedNanos = nowNanos;
        this.lifetimeNanos = settings.lifetimeNanos();
        this.idleLimitNanos = settings.idleNanos();
    }

    /** Returns whether it serves requests that have chosen this name for TLS, or null for those that have chosen none. */
    boolean isFor(@Nullable String name) {
        return Objects.equals(serverName, name);
    }

    void keepAlive(Duration timeout) {
        idleLimitNanos = Math.min(idleLimitNanos, Math.max(0, Nanos.of(timeout) - SAFETY_NANOS));
    }

    /** Why it cannot be pooled after its use, or null if it can; bytes left in its buffers belong to no request. */
    @Nullable
    End unfit(@Nullable Answer current, long nowNanos) {
        if (!reusable || idleLimitNanos == 0 || wire.closed() || input.available() > 0 || wire.available() > 0) {
            return End.IN_USE;
        }
        return old(current, nowNanos);
    }

    /** Begins the idle life. Nothing of the exchange before is left: its deadlines end with it. */
    void rest(long nowNanos) {
        input.trim();
        output.reset();
        wire.readDeadline(TimeSource.NEVER);
        wire.writeDeadline(TimeSource.NEVER);
        idleSinceNanos = nowNanos;
    }

    /** Why its time or its name forbids to keep or use it any longer, or null. */
    @Nullable
    End unusable(@Nullable Answer current, long nowNanos) {
        return nowNanos - idleSinceNanos >= idleLimitNanos ? End.IDLE : old(current, nowNanos);
    }

    /** Returns whether it was in use a moment ago. */
    boolean fresh(long nowNanos) {
        return nowNanos - idleSinceNanos <= FRESH_NANOS;
    }

    /** Returns whether the name no longer has the address. */
    boolean moved(@Nullable Answer current) {
        if (current == null || current == answer) {
            return false;
        }
        if (!current.has(address.getAddress())) {
            return true;
        }
        answer = current;
        return false;
    }

    /** Returns whether the origin has left, or sent something without a request. A system call. */
    boolean dead() {
        return !wire.peek() || wire.available() > 0;
    }

    private @Nullable End old(@Nullable Answer current, long nowNanos) {
        if (nowNanos - openedNanos >= lifetimeNanos) {
            return End.EXPIRED;
        }
        return moved(current) ? End.MOVED : null;
    }
}
