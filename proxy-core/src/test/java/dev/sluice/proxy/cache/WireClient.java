package dev.sluice.proxy.cache;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Sends a request on a connection of its own, and says whether the response was whole. */
final class WireClient {
    private WireClient() {}

    /**
     * A response.
     *
     * @param whole whether the body ended as its framing says
     */
    record Answer(int status, Headers headers, String body, boolean whole) {
        boolean is(String text) {
            return whole && status == 200 && body.equals(text);
        }

        String field(String name) {
            return headers.first(name).orElse("");
        }
    }

    static Answer get(InetSocketAddress server, String path, String... fields) throws IOException {
        return send(server, "GET", path, fields);
    }

    static Answer send(InetSocketAddress server, String method, String target, String... fields) throws IOException {
        try (RawConnection connection = RawConnection.connect(server)) {
            connection.write(request(method, target, fields));
            return read(connection, method);
        }
    }

    /** The head of a request, after whose response the connection ends. */
    static String request(String method, String target, String... fields) {
        StringBuilder head = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\nConnection: close\r\n");
        boolean host = false;
        for (int i = 0; i < fields.length; i += 2) {
            head.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
            host |= fields[i].equals("Host");
        }
        return head.append(host ? "" : "Host: shop.test\r\n").append("\r\n").toString();
    }

    static Answer read(RawConnection connection, String method) throws IOException {
        String[] lines = connection.readHead().split("\r\n");
        Headers.Builder fields = Headers.builder();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            fields.add(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
        }
        Headers headers = fields.build();
        StringBuilder body = new StringBuilder();
        int status = Integer.parseInt(lines[0].substring(9, 12));
        boolean whole = true;
        try {
            if (!method.equals("HEAD") && status != 304 && status != 204) {
                body(connection, headers, body);
            }
        } catch (IOException cut) {
            whole = false;
        }
        return new Answer(status, headers, body.toString(), whole);
    }

    private static void body(RawConnection connection, Headers headers, StringBuilder body) throws IOException {
        if (headers.hasToken("Transfer-Encoding", "chunked")) {
            while (true) {
                int left = Integer.parseInt(line(connection), 16);
                body.append(connection.readExactly(left));
                if (left == 0) {
                    break;
                }
                line(connection);
            }
            while (!line(connection).isEmpty()) {
                // Trailers are not looked at.
            }
        } else if (headers.has("Content-Length")) {
            body.append(connection.readExactly(
                    Integer.parseInt(headers.first("Content-Length").orElseThrow())));
        } else {
            body.append(connection.readAll());
        }
    }

    private static String line(RawConnection connection) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.indexOf("\r\n", line.length() - 2) < 0) {
            line.append(connection.readExactly(1));
        }
        return line.substring(0, line.length() - 2);
    }
}
