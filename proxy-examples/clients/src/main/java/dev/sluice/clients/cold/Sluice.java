package dev.sluice.clients.cold;

import dev.sluice.proxy.testing.gateway.FakeGateway;
import java.io.IOException;

/** A stub, and its first answer. */
final class Sluice {
    private Sluice() {}

    public static void main(String[] args) throws IOException {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /hello").answers("hello");
        First.answer(gateway.uri().getPort());
    }
}
