package dev.sluice.clients.cold;

import java.io.IOException;
import mockwebserver3.MockResponse;

/** A queued response, and that it comes. */
final class MockWebServer {
    private MockWebServer() {}

    public static void main(String[] args) throws IOException {
        mockwebserver3.MockWebServer server = new mockwebserver3.MockWebServer();
        server.enqueue(new MockResponse.Builder().body("hello").build());
        server.start();
        First.answer(server.getPort());
    }
}
