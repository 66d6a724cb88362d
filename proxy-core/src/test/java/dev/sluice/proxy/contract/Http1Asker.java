package dev.sluice.proxy.contract;

import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

/** Sends the request of an exchange in HTTP/1.1, on a connection of its own. */
final class Http1Asker implements VersionsTest.Asker {
    /** HTTP/2 has none of them (RFC 9113 §8.2.2). */
    private static final Set<String> OF_CONNECTIONS = Set.of("connection", "keep-alive", "transfer-encoding");

    private final InetSocketAddress address;

    Http1Asker(InetSocketAddress address) {
        this.address = address;
    }

    @Override
    public String ask(RandomExchange exchange) throws IOException {
        try (RawConnection client = RawConnection.connect(address)) {
            client.write(head(exchange));
            if (!exchange.waits && !exchange.early) {
                send(client, body(exchange));
            }
            Message got = Message.response(client, exchange.method, () -> send(client, body(exchange)));
            StringBuilder text = new StringBuilder();
            got.interim().forEach(each -> text.append(shown(each)).append('\n'));
            text.append(shown(got)).append('\n');
            return got.whole()
                    ? text + got.body() + "\n" + VersionsTest.lines(got.trailers(), Set.of())
                    : text + "cut\n";
        }
    }

    /** The proxy may have closed the connection by now, with an answer before it. */
    private static void send(RawConnection client, String body) {
        try {
            client.write(body);
        } catch (IOException closed) {
            // The answer says why.
        }
    }

    private static String shown(Message message) {
        return message.status() + "\n" + VersionsTest.lines(message.headers(), OF_CONNECTIONS);
    }

    private static String head(RandomExchange exchange) {
        StringBuilder head = new StringBuilder();
        head.append(exchange.method).append(' ').append(exchange.path).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(exchange.authority).append("\r\n");
        for (RandomExchange.Field each : exchange.fields) {
            RandomExchange.line(head, new RandomExchange.Field(each.name().toUpperCase(Locale.ROOT), each.value()));
        }
        if (exchange.waits) {
            head.append("Expect: 100-continue\r\n");
        }
        if (exchange.takesTrailers) {
            head.append("TE: trailers\r\nConnection: TE\r\n");
        }
        if (!exchange.cookies.isEmpty()) {
            head.append("Cookie: ").append(String.join("; ", exchange.cookies)).append("\r\n");
        }
        if (exchange.hasBody && exchange.sized) {
            int length = String.join("", exchange.body).length();
            head.append("Content-Length: ").append(length).append("\r\n");
        } else if (exchange.hasBody) {
            head.append("Transfer-Encoding: chunked\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static String body(RandomExchange exchange) {
        if (!exchange.hasBody || exchange.sized) {
            return String.join("", exchange.body);
        }
        StringBuilder chunks = new StringBuilder();
        exchange.body.forEach(each -> RandomExchange.chunk(chunks, each));
        chunks.append("0\r\n");
        exchange.trailers.forEach(each -> RandomExchange.line(chunks, each));
        return chunks.append("\r\n").toString();
    }
}
