package dev.sluice.clients.cold;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;

/** A stub, and its first answer. */
final class WireMock {
    private WireMock() {}

    public static void main(String[] args) throws IOException {
        WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort());
        server.start();
        server.stubFor(get("/hello").willReturn(ok("hello")));
        First.answer(server.port());
    }
}
