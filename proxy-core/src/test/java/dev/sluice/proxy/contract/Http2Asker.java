package dev.sluice.proxy.contract;

import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Sends the request of an exchange in HTTP/2, each on a stream of the same connection. */
final class Http2Asker implements VersionsTest.Asker, AutoCloseable {
    private final Http2Client client;
    private int stream = -1;

    Http2Asker(InetSocketAddress address) throws IOException {
        client = Http2Client.connect(address);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    @Override
    public String ask(RandomExchange exchange) throws Exception {
        stream += 2;
        client.headers(stream, !exchange.hasBody, head(exchange));
        if (exchange.hasBody && !exchange.waits && !exchange.early) {
            sendBody(exchange);
        }
        StringBuilder text = new StringBuilder();
        Event next = client.next(stream);
        while (next.kind().equals("HEADERS") && next.text().startsWith(":status: 1")) {
            text.append(shown(next)).append('\n');
            if (next.text().startsWith(":status: 100")) {
                sendBody(exchange);
            }
            next = client.next(stream);
        }
        text.append(shown(next)).append('\n');
        StringBuilder body = new StringBuilder();
        while (!next.end()) {
            next = client.next(stream);
            if (!next.kind().equals("DATA")) {
                break;
            }
            body.append(next.text());
            client.window(0, Math.max(1, next.text().length()));
        }
        return switch (next.kind()) {
            case "DATA" -> text.append(body).append('\n').toString();
            // Trailers, or there is no body.
            case "HEADERS" ->
                text.append(body)
                        .append('\n')
                        .append(next.text().startsWith(":status") ? "" : next.text())
                        .toString();
            default -> text + "cut\n";
        };
    }

    private static String shown(Event head) {
        return head.text().replace(":status: ", "");
    }

    private static String[] head(RandomExchange exchange) {
        List<String> head = new ArrayList<>(List.of(":method", exchange.method, ":scheme", "http"));
        head.addAll(List.of(":path", exchange.path, ":authority", exchange.authority));
        exchange.fields.forEach(each -> head.addAll(List.of(each.name(), each.value())));
        if (exchange.waits) {
            head.addAll(List.of("expect", "100-continue"));
        }
        if (exchange.takesTrailers) {
            head.addAll(List.of("te", "trailers"));
        }
        exchange.cookies.forEach(each -> head.addAll(List.of("cookie", each)));
        if (exchange.hasBody && exchange.sized) {
            int length = String.join("", exchange.body).length();
            head.addAll(List.of("content-length", Integer.toString(length)));
        }
        return head.toArray(new String[0]);
    }

    private void sendBody(RandomExchange exchange) throws IOException {
        for (String piece : exchange.body) {
            client.data(stream, false, piece);
        }
        if (exchange.trailers.isEmpty()) {
            client.data(stream, true, "");
        } else {
            List<String> fields = new ArrayList<>();
            exchange.trailers.forEach(each -> fields.addAll(List.of(each.name(), each.value())));
            client.headers(stream, true, fields.toArray(new String[0]));
        }
    }
}
