package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.net.URI;

/**
 * The proxy under contract: how it is made, and what it takes. Immutable.
 *
 * @param path of each request
 * @param fields of each request
 * @param largestBody in bytes
 */
record Subject(Maker maker, String path, Headers fields, int largestBody) {
    /** Makes the proxy in front of an upstream. */
    @FunctionalInterface
    interface Maker {
        ProxyServer.Builder proxy(URI upstream) throws Exception;
    }

    /** Starts it in front of an upstream that answers each request with these bytes. */
    Proxied answering(String response) throws Exception {
        return answering((request, connection) -> connection.write(response));
    }

    /** Starts it in front of an upstream that reads each request and answers it so. */
    Proxied answering(Proxied.Answer answer) throws Exception {
        return Proxied.answering(this, answer);
    }

    /** Starts it in front of an upstream that does this with each connection, behind the head of the first request. */
    Proxied playing(ScriptedOrigin.Script script) throws Exception {
        return Proxied.playing(this, script);
    }

    /**
     * Requires that an ordinary request goes on, so that a rule is not kept by refusing everything.
     *
     * @throws AssertionError if it does not
     */
    void requireThatItPassesOn() throws Exception {
        try (Proxied proxied = answering(Proxied.OK)) {
            proxied.requireThatItPassesOn();
        }
    }

    /** Starts it in front of this address. */
    ProxyServer start(URI upstream) throws Exception {
        return maker.proxy(upstream)
                .host("127.0.0.1")
                .port(0)
                .daemon(true)
                .closeOnExit(false)
                .build()
                .start();
    }

    /** A request with a {@link Mark} and these lines of fields beside those of each request, without a body. */
    String request(String method, String... lines) {
        return requestIn("HTTP/1.1", method, lines);
    }

    /** The same in another version. */
    String requestIn(String version, String method, String... lines) {
        StringBuilder head = new StringBuilder(method + " " + Mark.on(path) + " " + version + "\r\n");
        if (!fields.has("Host")) {
            head.append("Host: proxy.test\r\n");
        }
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
