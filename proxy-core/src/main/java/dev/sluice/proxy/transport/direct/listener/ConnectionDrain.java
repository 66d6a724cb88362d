package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.Wire;

/**
 * The drain of one client connection: requests that had reached this machine when the drain began are answered, and
 * nobody waits for later ones. The connection's own thread notes its state; any thread may ask.
 */
final class ConnectionDrain {
    /** How long a client that has just connected has for its first byte, and any client for the rest of a record. */
    static final long GRACE_NANOS = 1_000_000_000L;

    private static final long UNKNOWN = -1;

    private final PlainWire raw;
    private volatile long patientUntilNanos;
    private volatile long receivedBefore;
    private volatile long reach = UNKNOWN;

    ConnectionDrain(PlainWire raw, long acceptedNanos) {
        this.raw = raw;
        this.patientUntilNanos = acceptedNanos + GRACE_NANOS;
    }

    /** The connection begins to wait for its first request: PROXY header and TLS handshake are done. */
    void first(long nowNanos) {
        patientUntilNanos = nowNanos + GRACE_NANOS;
        receivedBefore = raw.received();
    }

    /** The connection begins to wait for another request. */
    void another(long nowNanos) {
        patientUntilNanos = nowNanos;
        receivedBefore = raw.received();
    }

    /** Returns whether nothing has come since the connection began to wait. Makes a system call. */
    boolean untouched() {
        return raw.arrived() == 0 && raw.received() == receivedBefore;
    }

    /**
     * Returns whether a waiting connection has waited long enough. Input that is not yet a request, such as a part of a
     * TLS record, has a while from the start of the drain.
     */
    boolean over(long drainingSinceNanos, long nowNanos) {
        return nowNanos >= patientUntilNanos
                && (untouched() || (raw.arrived() == 0 && nowNanos - drainingSinceNanos >= GRACE_NANOS));
    }

    /** Notes, once, how much the client has sent. */
    void begin() {
        if (reach == UNKNOWN) {
            reach = raw.received() - raw.available() + raw.arrived();
        }
    }

    /**
     * Returns whether a request behind the one that is being answered had begun to come when the drain began.
     *
     * @param behind the bytes that were read beyond the present request
     */
    boolean anotherIsHere(Wire wire, int behind) {
        begin();
        int unread = behind + wire.available();
        return (unread > 0 || raw.arrived() > 0) && raw.received() - unread < reach;
    }
}
