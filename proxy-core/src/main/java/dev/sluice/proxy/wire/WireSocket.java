package dev.sluice.proxy.wire;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;

/** A plain wire as a socket, which is connected and has the wire's ends; how bytes go through is a subclass's. */
abstract class WireSocket extends Socket {
    final PlainWire raw;

    WireSocket(PlainWire raw) throws SocketException {
        super((SocketImpl) null);
        this.raw = raw;
    }

    @Override
    public boolean isClosed() {
        return raw.closed();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public InetAddress getInetAddress() {
        return raw.remote().getAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return raw.local().getAddress();
    }

    @Override
    public int getPort() {
        return raw.remote().getPort();
    }

    @Override
    public int getLocalPort() {
        return raw.local().getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return raw.remote();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return raw.local();
    }

    /** Off, as the wire leaves it. */
    @Override
    public int getSoLinger() {
        return -1;
    }

    /** Deadlines are the wire's. */
    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setSoTimeout(int timeoutMillis) {
        // Asked for only before what is available is skipped, and that is said to be nothing.
    }

    @Override
    public String toString() {
        return raw.toString();
    }
}
