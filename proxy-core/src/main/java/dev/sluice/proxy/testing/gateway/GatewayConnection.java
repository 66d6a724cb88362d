package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a gateway: request by request, over TLS if its first byte says so. For one thread; {@link #leave} and
 * {@link #end} may be called from any.
 */
final class GatewayConnection implements Pacing {
    /** The first byte of a TLS connection (RFC 8446 §5.1). */
    private static final int HANDSHAKE = 0x16;

    private final Socket socket;
    private final ConnectionScript.Accepted accepted;
    private final StubServer stubServer;
    private final GatewayTls tls;
    private final TimeSource time;
    private final Signal closing;
    private final Signal broken = new Signal();
    private @Nullable RequestInput reading;
    private final Object lock = new Object();
    private @Nullable Thread thread;
    private boolean answering;
    private boolean leaving;
    private volatile Signal ended = new Signal();

    GatewayConnection(
            Socket socket,
            ConnectionScript.Accepted accepted,
            StubServer stubServer,
            GatewayTls tls,
            TimeSource time,
            Signal closing) {
        this.socket = socket;
        this.accepted = accepted;
        this.stubServer = stubServer;
        this.tls = tls;
        this.time = time;
        this.closing = closing;
    }

    /** Serves requests until one side ends. */
    void serve() {
        synchronized (lock) {
            thread = Thread.currentThread();
        }
        try (socket) {
            serveOrTell();
        } catch (IOException end) {
            // One side has ended, and the other one has seen it.
        } finally {
            synchronized (lock) {
                thread = null;
            }
            // What interrupted it was meant for this connection, and the thread goes on with another.
            Thread.interrupted();
        }
        endTasks();
    }

    /** Nothing of it is left once this has returned: what reads on has seen the end of the socket. */
    private void endTasks() {
        RequestInput input = reading;
        if (input != null) {
            try {
                input.endTasks();
            } catch (IOException interrupted) {
                Thread.interrupted();
            }
        }
    }

    /** What fails is told before the client sees the end: the test may close the gateway then. */
    private void serveOrTell() throws IOException {
        try {
            socket.setTcpNoDelay(true);
            Fault fault = accepted.fault();
            if (fault != null && !fault.kind().ofTls()) {
                awaitConnected(fault);
                failAtOnce(fault);
            } else {
                converse(socket, socket.getInputStream(), null);
            }
        } catch (RuntimeException | Error fault) {
            stubServer.problems.add("connection " + accepted.number() + " failed", fault);
        }
    }

    /** Speaks TLS or HTTP, as the first byte says. */
    private void converse(Socket carrier, InputStream from, @Nullable String serverName) throws IOException {
        PushbackInputStream in = new PushbackInputStream(from);
        int first = in.read();
        if (first == HANDSHAKE) {
            secure(carrier, GatewayTls.readHello(first, in));
        } else if (first >= 0) {
            in.unread(first);
            requireNoTlsFault();
            serve(carrier, in, serverName);
        }
    }

    private void secure(Socket carrier, byte[] hello) throws IOException {
        String serverName = GatewayTls.serverName(hello);
        Fault fault = stubServer.connections.inHandshake(accepted, serverName);
        if (fault == null || fault.kind().ofCertificate()) {
            serveOver(carrier, hello, serverName, fault);
        } else {
            failAtOnce(fault);
        }
    }

    private void serveOver(Socket carrier, byte[] hello, @Nullable String serverName, @Nullable Fault fault)
            throws IOException {
        SSLSocket over;
        try {
            over = tls.over(carrier, hello, fault);
        } catch (SSLException failed) {
            // To close with a request unread would be a reset, and the client might lose the alert.
            finish();
            return;
        }
        serve(over, over.getInputStream(), serverName);
    }

    /** Whoever meant this connection would think that it failed. */
    private void requireNoTlsFault() {
        if (accepted.fault() != null && accepted.counted()) {
            stubServer.problems.add("connection " + accepted.number() + " was told to fail with " + accepted.fault()
                    + ", but came without TLS");
        }
    }

    private void serve(Socket carrier, InputStream in, @Nullable String serverName) throws IOException {
        OutputStream out = new BufferedOutputStream(carrier.getOutputStream());
        RequestInput requests = new RequestInput(in, out);
        reading = requests;
        Client client = client(carrier);
        boolean stale = false;
        while (requests.await() && begins()) {
            if (stale) {
                reset();
                return;
            }
            if (!requests.begin()) {
                break;
            }
            StubServer.Answered answered = stubServer.reply(arrival(requests, client, serverName), this);
            ReceivedRequest request = answered.request();
            Reply reply = answered.reply();
            WebSocketRun webSocket = webSocket(reply, request, requests, out);
            ReplyHead head = ReplyHead.of(reply, request);
            Fault fault = write(new ReplyWriter(out, this, reply, head, request.version()), webSocket);
            stale = fault != null && fault.kind() == Fault.Kind.STALE;
            if (fault != null && !stale) {
                happen(fault);
                return;
            }
            if (webSocket != null) {
                webSocket.run();
                break;
            }
            if (head.tunnel() && goesOn(requests)) {
                converse(carrier, requests.rest(), serverName);
                return;
            }
            if (!head.keepsOpen() || !goesOn(requests)) {
                break;
            }
        }
        if (carrier instanceof SSLSocket over) {
            over.shutdownOutput();
        }
        finish();
    }

    private static @Nullable Fault write(ReplyWriter answer, @Nullable WebSocketRun webSocket) throws IOException {
        boolean whole = false;
        try {
            Fault fault = answer.write();
            whole = fault == null;
            return fault;
        } finally {
            if (!whole && webSocket != null) {
                webSocket.neverOpened();
            }
        }
    }

    private Arrival arrival(RequestInput requests, Client client, @Nullable String serverName) {
        Origin origin = new Origin(accepted.number(), client, serverName, time.now());
        return new Arrival(origin, new Arrival.Source() {
            @Override
            public ReceivedRequest.Content upTo(int bodyBytes) throws IOException {
                ReceivedRequest.Content content = requests.upTo(bodyBytes);
                if (closing.fired()) {
                    throw new IOException("the gateway closes");
                }
                return content;
            }

            @Override
            public void dropRest(ReceivedRequest request) {
                requests.dropRest(why -> stubServer.malformedRest(request, why));
            }
        });
    }

    private Client client(Socket carrier) {
        return new Client(
                (InetSocketAddress) socket.getRemoteSocketAddress(),
                (InetSocketAddress) socket.getLocalSocketAddress(),
                carrier instanceof SSLSocket over ? over.getSession() : null);
    }

    /** A request comes; false if it is too late for it. */
    private boolean begins() {
        synchronized (lock) {
            answering = true;
            return !leaving;
        }
    }

    /** The answer is written; false if it was the last one. */
    private boolean goesOn(RequestInput requests) throws IOException {
        // Until its end it is a request, and to close with some of it unread would be a reset (RFC 9112 §9.6).
        requests.awaitRest();
        synchronized (lock) {
            answering = false;
            return !leaving;
        }
    }

    /** A client that is not done with connecting would take a reset for a refusal: it has sent a byte once it is. */
    private void awaitConnected(Fault fault) throws IOException {
        if (fault.kind() == Fault.Kind.RESET) {
            socket.getInputStream().read();
        }
    }

    /** Fails before any request. */
    private void failAtOnce(Fault fault) throws IOException {
        switch (fault.kind()) {
            case REFUSE -> close();
            case GARBAGE -> socket.getOutputStream().write(ReplyWriter.GARBAGE);
            case NO_SHARED_VERSION -> socket.getOutputStream().write(GatewayTls.NO_SHARED_VERSION);
            default -> {}
        }
        happen(fault);
    }

    /** Does what is left of a fault once everything before it is written. */
    private void happen(Fault fault) throws IOException {
        switch (fault.kind()) {
            case RESET -> reset();
            case SILENT -> staySilent();
            default -> finish();
        }
    }

    /**
     * Ends with a FIN, and reads what still comes: to close with it unread would be a reset (RFC 9112 §9.6), and the client
     * might lose what it has not read yet.
     */
    private void finish() throws IOException {
        socket.shutdownOutput();
        staySilent();
    }

    /** A WebSocket, which the test sees before the client knows that it is open; null if the answer is none. */
    private @Nullable WebSocketRun webSocket(
            Reply reply, ReceivedRequest request, RequestInput requests, OutputStream out) throws IOException {
        FakeWebSocket.Script script = reply.script();
        if (script == null) {
            return null;
        }
        FakeWebSocket.Wire wire = new SocketWire(socket, closing);
        WebSocketRun run = WebSocketRun.of(script, request, wire, requests, out, stubServer.problems);
        stubServer.webSockets.add(run.webSocket());
        return run;
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
    public boolean hasSocket() {
        return true;
    }

    @Override
    public boolean isClosing() {
        return closing.fired();
    }

    @Override
    public void watch() {
        RequestInput input = reading;
        if (input != null) {
            input.watch(broken);
        }
    }

    @Override
    public void awaitUntil(Signal signal, long deadlineNanos) throws IOException {
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
        RequestInput input = reading;
        if (input != null) {
            input.endTasks();
        }
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Ends the connection with a reset. */
    private void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Ends once there is no request, as for a server that goes down in order. */
    void leave() {
        synchronized (lock) {
            leaving = true;
            if (!answering) {
                close();
            }
        }
    }

    /** Ends at once, whatever it waits for; a function of the test that blocks is interrupted. */
    void end() {
        close();
        synchronized (lock) {
            if (thread != null && thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
    }

    /** Fires when nothing of it is left. */
    void endsWith(Signal signal) {
        ended = signal;
    }

    Signal ended() {
        return ended;
    }

    private void close() {
        broken.fire();
        try {
            socket.close();
        } catch (IOException ignored) {
            // The client sees the end in any case.
        }
    }
}
