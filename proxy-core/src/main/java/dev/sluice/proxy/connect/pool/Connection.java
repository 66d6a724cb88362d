package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.ResponseReader;
import dev.sluice.proxy.wire.Wire;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection that one exchange uses, from {@link Pools#acquire} or {@link Pools#open} until {@link #release} or
 * {@link #close}, one of which must be called. The next user of the same TCP connection gets another object, so a late
 * call on this one does no harm. For one thread, but {@code close} may be called from any.
 */
public final class Connection {
    private final Owner owner;
    private final boolean counted;
    private final @Nullable String serverName;

    /** Null while it is being opened, and for good when that fails. */
    private @Nullable Link link;

    private int uses;

    /** Guarded by the pool's lock. */
    private boolean ended;

    /** The pool that it comes from. */
    interface Owner {
        /** Takes it back, and keeps it if it is fit. */
        void release(Connection connection);

        /** Takes its place back, and closes it. */
        void close(Connection connection);

        ConnectionSettings settings();
    }

    /**
     * One that is not open yet.
     *
     * @param counted whether it takes one of the places that are limited
     * @param serverName the name for TLS that its request has chosen, or null
     */
    Connection(Owner owner, boolean counted, @Nullable String serverName) {
        this.owner = owner;
        this.counted = counted;
        this.serverName = serverName;
    }

    /** The bytes. */
    public Wire wire() {
        return opened().wire;
    }

    /** What was read from the wire and is not used yet; lives as long as the TCP connection. */
    public InputBuffer input() {
        return opened().input;
    }

    /**
     * Where the next message to the wire is collected; empty between two uses, and lives as long as the TCP
     * connection.
     */
    public OutputBuffer output() {
        return opened().output;
    }

    /** Reads the heads of responses out of {@link #input}; lives as long as the TCP connection. */
    public ResponseReader responses() {
        return opened().responses;
    }

    /** The most bytes of all field lines of a response's head, and of its trailers. */
    public int headerBytes() {
        return owner.settings().headerBytes();
    }

    /** The most field lines of a response's head, and of its trailers. */
    public int headerCount() {
        return owner.settings().headerCount();
    }

    /** The address that was connected to. */
    public InetSocketAddress address() {
        return opened().address;
    }

    /** Returns whether it was taken from the pool, so that the origin may have closed it just now. */
    public boolean reused() {
        return uses > 1;
    }

    /** How often it has been used, this time included. */
    public int uses() {
        return uses;
    }

    /**
     * Shortens the idle time to the one that the origin has announced, minus a second for the way; if nothing is left,
     * the connection is not pooled.
     *
     * @param timeout from the field {@code Keep-Alive: timeout=} of a response
     */
    public void keepAlive(Duration timeout) {
        opened().keepAlive(timeout);
    }

    /**
     * Gives it back after a complete exchange. It is closed instead if it cannot be used again: it is already closed,
     * something is unread, its lifetime is over, the name no longer has its address, the pool is closed, or it was
     * never one for the pool. Has no effect after {@link #close}, or the second time.
     */
    public void release() {
        owner.release(this);
    }

    /** Closes it: it cannot be used again. Has no effect after {@link #release}, or the second time. */
    public void close() {
        owner.close(this);
    }

    boolean counted() {
        return counted;
    }

    @Nullable
    String serverName() {
        return serverName;
    }

    @Nullable
    Link link() {
        return link;
    }

    Link opened() {
        return Objects.requireNonNull(link, "the connection is not open yet");
    }

    void give(@Nullable Link taken) {
        link = taken;
    }

    /** Begins the use of the link that was given. */
    void begin() {
        uses = ++opened().uses;
    }

    /** Returns whether this call ended it. With the pool's lock. */
    boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
