package dev.sluice.balancer.health;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Opens a connection and closes it. The scope's end of time closes the socket, which ends a connect that hangs. */
record TcpProbe() implements Probe {
    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException {
        Authority authority = authorityOf(upstream);
        try (Socket socket = new Socket()) {
            Runnable unhook = scope.onCancel(reason -> close(socket));
            socket.connect(new InetSocketAddress(authority.host(), authority.portOr(upstream.scheme())));
            unhook.run();
            return "connected";
        } catch (IOException failure) {
            Outcome reason = scope.cancelled();
            throw reason == null ? failure : new IOException("not connected in time", failure);
        }
    }

    @Override
    public void requireFor(Upstream upstream) {
        authorityOf(upstream);
    }

    private static Authority authorityOf(Upstream upstream) {
        Authority authority = upstream.authority();
        if (authority == null) {
            throw new IllegalArgumentException(
                    "a TCP health check needs an upstream with host and port: \"" + upstream.id() + "\"");
        }
        return authority;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Nothing was sent, so nothing is lost.
        }
    }

    @Override
    public String toString() {
        return "TCP connect";
    }
}
