package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a gateway: request by request, over TLS if its first byte says so. For one thread; {@link #close} may
 * be called from any.
 */
final class GatewayConnection implements Pacing {
    /** The first byte of a TLS connection (RFC 8446 §5.1). */
    private static final int HANDSHAKE = 0x16;

    private final Socket socket;
    private final int number;
    private final Desk desk;
    private final GatewayTls tls;
    private final TimeSource time;
    private final Signal broken = new Signal();
    private @Nullable RequestInput reading;

    GatewayConnection(Socket socket, int number, Desk desk, GatewayTls tls, TimeSource time) {
        this.socket = socket;
        this.number = number;
        this.desk = desk;
        this.tls = tls;
        this.time = time;
    }

    /** Serves requests until one side ends. */
    void serve() {
        try (socket) {
            socket.setTcpNoDelay(true);
            PushbackInputStream in = new PushbackInputStream(socket.getInputStream());
            int first = in.read();
            if (first == HANDSHAKE) {
                SSLSocket over = tls.over(socket, new ByteArrayInputStream(new byte[] {HANDSHAKE}));
                serve(over.getInputStream(), buffered(over), serverName(over));
            } else if (first >= 0) {
                in.unread(first);
                serve(in, buffered(socket), null);
            }
        } catch (IOException end) {
            // One side has ended, and the other one has seen it.
        }
    }

    private void serve(InputStream in, OutputStream out, @Nullable String serverName) throws IOException {
        RequestInput requests = new RequestInput(in, out);
        reading = requests;
        InetSocketAddress client = (InetSocketAddress) socket.getRemoteSocketAddress();
        boolean stale = false;
        while (requests.await()) {
            if (stale) {
                reset();
                return;
            }
            Origin origin = new Origin(desk.received.nextNumber(), number, client, serverName);
            ReceivedRequest request = new ReceivedRequest(origin, requests.read());
            Reply reply = desk.reply(request, this);
            FakeWebSocket.Script script = reply.script();
            WebSocketRun webSocket = script == null ? null : webSocket(request, script, requests.rest(), out);
            ReplyWriter writer = new ReplyWriter(out, this, reply, request, requests.isPersistent());
            Fault fault = writer.write();
            if (fault != null && fault.kind() != Fault.Kind.STALE) {
                fail(fault);
                return;
            }
            if (webSocket != null) {
                webSocket.run();
                return;
            }
            stale = fault != null;
            if (!writer.keepsOpen()) {
                return;
            }
        }
    }

    /** A WebSocket, which the test sees before the client knows that it is open. */
    private WebSocketRun webSocket(
            ReceivedRequest request, FakeWebSocket.Script script, InputStream in, OutputStream out) {
        FakeWebSocket webSocket = new FakeWebSocket(request, in, out, new FakeWebSocket.Wire() {
            @Override
            public void readTimeout(Duration most) throws IOException {
                socket.setSoTimeout((int)
                        Math.min(Integer.MAX_VALUE, most.plusNanos(999_999).toMillis()));
            }

            @Override
            public void reset() throws IOException {
                GatewayConnection.this.reset();
            }
        });
        desk.webSockets.add(webSocket);
        return new WebSocketRun(webSocket, script, desk.problems, broken);
    }

    private static OutputStream buffered(Socket socket) throws IOException {
        return new BufferedOutputStream(socket.getOutputStream());
    }

    private void fail(Fault fault) throws IOException {
        switch (fault.kind()) {
            case RESET -> reset();
            case SILENT -> staySilent();
            default -> close();
        }
    }

    private static @Nullable String serverName(SSLSocket over) {
        return over.getSession() instanceof ExtendedSSLSession session
                ? session.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .findFirst()
                        .orElse(null)
                : null;
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public Signal broken() {
        return broken;
    }

    @Override
    public void pause(Duration duration) throws IOException {
        await(broken, time.deadline(duration));
    }

    @Override
    public void await(Signal signal) throws IOException {
        watch();
        Signal any = new Signal();
        Runnable unhook = signal.whenFired(any::fire);
        Runnable unhookBroken = broken.whenFired(any::fire);
        try {
            await(any, TimeSource.NEVER);
        } finally {
            unhook.run();
            unhookBroken.run();
        }
    }

    /** Sees the client leave while an answer waits. */
    @Override
    public void watch() {
        RequestInput input = reading;
        if (input != null) {
            input.watch(broken);
        }
    }

    private void await(Signal signal, long deadlineNanos) throws IOException {
        try {
            time.await(signal, deadlineNanos);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupt);
        }
        if (broken.fired()) {
            throw new IOException("the client has left, or the gateway closes");
        }
    }

    /** Reads and drops what comes, until the client leaves or the gateway closes. */
    private void staySilent() throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Ends the connection with a reset. */
    private void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void close() {
        broken.fire();
        try {
            socket.close();
        } catch (IOException ignored) {
            // The client sees the end in any case.
        }
    }
}
