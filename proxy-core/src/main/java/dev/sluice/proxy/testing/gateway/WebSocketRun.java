package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.change.Change;
import java.io.IOException;
import java.io.OutputStream;

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
     * @param requests whose rest is the client's frames
     */
    static WebSocketRun of(
            FakeWebSocket.Script script,
            ReceivedRequest request,
            FakeWebSocket.Wire wire,
            RequestInput requests,
            OutputStream out,
            Problems problems)
            throws IOException {
        FakeWebSocket webSocket = new FakeWebSocket(request, requests.rest(), out, wire);
        return new WebSocketRun(webSocket, script, problems);
    }

    FakeWebSocket webSocket() {
        return webSocket;
    }

    /** The client does not get its answer. */
    void neverOpened() {
        webSocket.neverOpened();
    }

    /** Plays; to be called once the client has the 101. */
    void run() {
        webSocket.opened();
        try {
            script.play(webSocket);
            webSocket.finish(1000, "", Change.LIMIT);
        } catch (Throwable failure) {
            problems.add("the script of " + webSocket + " failed", failure);
            webSocket.finish(1011, "the script failed", Change.LIMIT);
        }
    }
}
