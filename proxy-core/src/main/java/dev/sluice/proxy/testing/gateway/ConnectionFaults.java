package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * Says what goes wrong with some connections of a {@link FakeGateway}, before any request. What is said of a number goes
 * before what is said of all, and that before what is said of a server's name. What does not need TLS happens before
 * anything is read; but a reset comes with the client's first byte, as a client that is still connecting takes it for a
 * refusal. What is said of a server's name happens in the handshake. Safe for use by many threads.
 *
 * <pre>{@code
 * gateway.connection(2).fails(Fault.RESET);
 * gateway.connections().fails(3, Fault.SILENT).thenFails(1, Fault.CLOSE);
 * gateway.serverName("a.test").fails(Fault.EXPIRED_CERTIFICATE);
 * gateway.serverName("a.test").recover();
 * }</pre>
 */
public final class ConnectionFaults {
    /** Without an end. */
    static final int ENDLESS = -1;

    private final ConnectionScript script;
    private final int from;
    private final @Nullable String name;

    private ConnectionFaults(ConnectionScript script, int from, @Nullable String name) {
        this.script = script;
        this.from = from;
        this.name = name;
    }

    static ConnectionFaults number(ConnectionScript script, int number) {
        return new ConnectionFaults(script, Require.positive("number", number), null);
    }

    static ConnectionFaults all(ConnectionScript script) {
        return new ConnectionFaults(script, 0, null);
    }

    static ConnectionFaults to(ConnectionScript script, String name) {
        return new ConnectionFaults(script, 0, name);
    }

    /**
     * A connection with a number fails; the others fail from now on, until {@link #recover}.
     *
     * @throws IllegalArgumentException if the fault is one of answers, or is REFUSE and the gateway has a socket: see {@link
     *     FakeGateway#refuse}; if the connection with this number has come already
     */
    public ConnectionFaults fails(Fault fault) {
        return add(from > 0 ? 1 : ENDLESS, fault, false);
    }

    /**
     * So many of them fail, one after another: those from this number on, or the next ones.
     *
     * @throws IllegalArgumentException as {@link #fails(Fault)} does, and if {@code times} is not positive
     */
    public ConnectionFaults fails(int times, Fault fault) {
        return add(Require.positive("times", times), fault, false);
    }

    /**
     * After those, so many others fail.
     *
     * @throws IllegalArgumentException as {@link #fails(int, Fault)} does
     * @throws IllegalStateException if those before fail without an end
     */
    public ConnectionFaults thenFails(int times, Fault fault) {
        return add(Require.positive("times", times), fault, true);
    }

    /** From now on they work: what was said of them is forgotten. */
    public void recover() {
        if (from == 0) {
            script.forget(name);
        } else {
            script.forget(from);
        }
    }

    private ConnectionFaults add(int times, Fault fault, boolean behind) {
        if (from == 0) {
            script.add(name, times, fault, behind);
        } else {
            script.add(from, times, fault, behind);
        }
        return this;
    }
}
