package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Predicate;

/** A transport that is broken in a way that no filter can be: some requests go to the upstream as they came. */
final class BypassTransport implements Transport, AutoCloseable {
    private static final String SECOND = "GET /";

    private final DirectTransport good = DirectTransport.builder().build();
    private final InetSocketAddress upstream;
    private final Predicate<String> bad;
    private final How how;

    /** What is done with bad requests. */
    private enum How {
        PAST,
        BEHIND,
        CUT
    }

    private BypassTransport(URI upstream, Predicate<String> bad, How how) {
        this.upstream = new InetSocketAddress(upstream.getHost(), upstream.getPort());
        this.bad = bad;
        this.how = how;
    }

    /** Requests with such a head go past the proxy. */
    static Subject.Maker when(Predicate<String> bad) {
        return upstream -> server(upstream, new BypassTransport(upstream, bad, How.PAST));
    }

    /** What comes behind requests with such a head goes past the proxy, with no field but its host. */
    static Subject.Maker behind(Predicate<String> bad) {
        return upstream -> server(upstream, new BypassTransport(upstream, bad, How.BEHIND));
    }

    /** Of the responses to requests with such a head only the first line comes. */
    static Subject.Maker cutting(Predicate<String> bad) {
        return upstream -> server(upstream, new BypassTransport(upstream, bad, How.CUT));
    }

    private static ProxyServer.Builder server(URI upstream, BypassTransport transport) {
        return ProxyServer.builder()
                .transport(transport)
                .addCloseable(transport)
                .addRoute("/**", upstream.toString());
    }

    @Override
    public String name() {
        return "bypass";
    }

    @Override
    public Set<Capability> upstreamCapabilities() {
        return good.upstreamCapabilities();
    }

    @Override
    public Upstream upstream(String id, URI uri) {
        return good.upstream(id, uri);
    }

    @Override
    public Set<Capability> listenerCapabilities() {
        return good.listenerCapabilities();
    }

    @Override
    public void close() {
        good.close();
    }

    @Override
    public Listener listen(Listener.Settings settings, Service service) throws IOException {
        Listener inner = good.listen(settings, service);
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        TimeSource.system().start("bypass", () -> accept(server, inner.address()));
        return new Listener() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) server.getLocalSocketAddress();
            }

            @Override
            public Signal stopAccepting() {
                end();
                return inner.stopAccepting();
            }

            @Override
            public void close() {
                end();
                inner.close();
            }

            private void end() {
                try {
                    server.close();
                } catch (IOException ignored) {
                    // It is a test.
                }
            }
        };
    }

    private void accept(ServerSocket server, InetSocketAddress inner) {
        try {
            while (true) {
                Socket client = server.accept();
                TimeSource.system().start("bypass-connection", () -> serve(client, inner));
            }
        } catch (IOException closed) {
            // Nothing more is accepted.
        }
    }

    private void serve(Socket client, InetSocketAddress inner) {
        try (client) {
            String head = head(client.getInputStream());
            if (!bad.test(head)) {
                relay(client, inner, head);
            } else if (how == How.BEHIND) {
                String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                relay(client, inner, head + rest.substring(0, rest.indexOf(SECOND)));
                String line = rest.substring(rest.indexOf(SECOND), rest.indexOf("\r\n", rest.indexOf(SECOND)));
                relay(client, upstream, line + "\r\nHost: proxy.test\r\n\r\n");
            } else if (how == How.CUT) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
            } else {
                relay(client, upstream, head);
            }
        } catch (IOException end) {
            // One side has ended, and the other one has seen it.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("ended");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static void relay(Socket client, InetSocketAddress to, String first) throws IOException {
        try (Socket server = new Socket(to.getAddress(), to.getPort())) {
            server.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
            TimeSource.system().start("bypass-request", () -> pass(client, server));
            server.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException left) {
            try {
                to.setSoLinger(true, 0);
                to.close();
            } catch (IOException ignored) {
                // It has ended.
            }
        }
    }
}
