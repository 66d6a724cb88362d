package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.change.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** Plays the script of a WebSocket, and closes it. For one thread. */
final class WebSocketRun {
    private final FakeWebSocket webSocket;
    private final FakeWebSocket.Script script;
    private final Problems problems;

    private WebSocketRun(FakeWebSocket webSocket, FakeWebSocket.Script script, Problems problems) {
        this.webSocket = webSocket;
        this.script = script;
        this.problems = problems;
    }

    /**
     * A run that has not begun.
     *
     * @param socket the connection, below TLS
     * @param requests whose rest is the client's frames
     */
    static WebSocketRun of(
            FakeWebSocket.Script script,
            ReceivedRequest request,
            Socket socket,
            RequestInput requests,
            OutputStream out,
            Problems problems)
            throws IOException {
        FakeWebSocket.Wire wire = new FakeWebSocket.Wire() {
            @Override
            public void readTimeout(Duration most) throws IOException {
                // Never 0, which is no limit, for a time that is one.
                socket.setSoTimeout((int)
                        Math.min(Integer.MAX_VALUE, most.plusNanos(999_999).toMillis()));
            }

            @Override
            public void reset() throws IOException {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        };
        FakeWebSocket webSocket = new FakeWebSocket(request, requests.rest(), out, wire);
        return new WebSocketRun(webSocket, script, problems);
    }

    FakeWebSocket webSocket() {
        return webSocket;
    }

    /** Plays; to be called once the client has the 101. */
    void run() {
        try {
            script.play(webSocket);
            webSocket.finish(1000, "", Change.LIMIT);
        } catch (Throwable failure) {
            problems.add("the script of " + webSocket + " failed", failure);
            webSocket.finish(1011, "the script failed", Change.LIMIT);
        }
    }
}
