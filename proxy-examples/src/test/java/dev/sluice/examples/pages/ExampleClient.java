package dev.sluice.examples.pages;

import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Sends each request over a new connection, and returns the whole response, head and body. */
record ExampleClient(InetSocketAddress address) {
    /**
     * @param fields lines without their line ends; with {@code Host} if it matters
     */
    String get(String target, String... fields) throws IOException {
        return send("GET", target, fields);
    }

    String send(String method, String target, String... fields) throws IOException {
        try (RawConnection connection = RawConnection.connect(address)) {
            connection.write(head(method, target, fields));
            return connection.readAll();
        }
    }

    /** The response's body. */
    String body(String target, String... fields) throws IOException {
        String response = get(target, fields);
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    RawConnection connect() throws IOException {
        return RawConnection.connect(address);
    }

    static String head(String method, String target, String... fields) {
        String lines = String.join("\r\n", fields);
        String host = lines.contains("Host: ") ? "" : "Host: a.test\r\n";
        return method + ' ' + target + " HTTP/1.1\r\n" + host + (lines.isEmpty() ? "" : lines + "\r\n")
                + "Connection: close\r\n\r\n";
    }
}
