package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.Signal;

/**
 * Plays the script of a WebSocket, and closes it.
 *
 * @param closing fires when the gateway closes, after which nothing is a failure
 */
record WebSocketRun(FakeWebSocket webSocket, FakeWebSocket.Script script, Problems problems, Signal closing) {
    void run() {
        try {
            script.play(webSocket);
            webSocket.finish(1000, "");
        } catch (Throwable failure) {
            if (!closing.fired()) {
                problems.add("the script of " + webSocket + " failed: " + failure, failure);
            }
            webSocket.finish(1011, "the script failed");
        }
    }
}
