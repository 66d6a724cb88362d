package dev.sluice.balancer.pairs;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The origin of a row's script. It answers with its name, the target and what it was told about the client. It echoes
 * bodies with their trailers, answers {@code missing} with 404, upgrades to WebSocket, and holds back the end of {@code
 * hold} until it is released.
 */
final class PairOrigin implements AutoCloseable {
    private final String name;
    private final Signal released = new Signal();
    private final ScriptedOrigin server;

    PairOrigin(String name) throws IOException {
        this.name = name;
        this.server = ScriptedOrigin.start(this::serve);
    }

    int port() {
        return server.address().getPort();
    }

    /** Releases the responses that are held. */
    void release() {
        released.fire();
    }

    @Override
    public void close() {
        release();
        server.close();
    }

    private void serve(RawConnection connection) throws Exception {
        while (true) {
            String head = connection.readHead();
            String line = head.substring(0, head.indexOf('\r'));
            String body = body(connection, head);
            if (!field(head, "upgrade").isEmpty()) {
                echo(connection);
                return;
            }
            answer(connection, head, line, body);
        }
    }

    private void answer(RawConnection connection, String head, String line, String body) throws Exception {
        if (line.contains("/hold ")) {
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nheld\r\n");
            TimeSource real = TimeSource.system();
            real.await(released, real.deadline(Duration.ofSeconds(15)));
            connection.write("4\r\n, ok\r\n0\r\n\r\n");
            return;
        }
        boolean missing = line.contains("/missing ");
        String text = name + '|' + line + '|' + field(head, "x-forwarded-for") + '|' + body;
        connection.write("HTTP/1.1 " + (missing ? "404 Not Found" : "200 OK") + "\r\nContent-Length: " + text.length()
                + "\r\n\r\n" + (line.startsWith("HEAD ") ? "" : text));
    }

    private static void echo(RawConnection connection) throws IOException {
        connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        for (int i = 0; i < 3; i++) {
            connection.write(connection.readExactly(4));
        }
        connection.readAll();
    }

    /** The body of a request, followed by its trailers. */
    private static String body(RawConnection connection, String head) throws IOException {
        if (!field(head, "transfer-encoding").isEmpty()) {
            return chunks(connection);
        }
        String length = field(head, "content-length");
        return length.isEmpty() ? "" : connection.readExactly(Integer.parseInt(length));
    }

    private static String chunks(RawConnection connection) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(connection), 16);
            if (size == 0) {
                break;
            }
            body.append(connection.readExactly(size));
            line(connection);
        }
        for (String trailer = line(connection); !trailer.isEmpty(); trailer = line(connection)) {
            body.append('+').append(trailer);
        }
        return body.toString();
    }

    private static String line(RawConnection connection) throws IOException {
        StringBuilder line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            line.append(connection.readExactly(1));
        }
        return line.substring(0, line.length() - 2);
    }

    static String field(String head, String name) {
        return List.of(head.split("\r\n")).stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ':'))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }
}
