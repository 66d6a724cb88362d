package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.List;

/** What has broken off never looks whole (RFC 9112 §8). */
final class TruncationRules {
    private static final String RULE = "A message that breaks off must not look whole behind the proxy (RFC 9112 §8):";

    /**
     * A response that breaks off.
     *
     * @param reset whether by a reset; else the upstream closes
     */
    private record Cut(String what, String fieldsAndBody, boolean reset) {}

    private static final List<Cut> RESPONSES = List.of(
            new Cut("a body with a length", "Content-Length: 1000\r\n\r\n" + "x".repeat(10), false),
            new Cut("a long body with a length", "Content-Length: 100000\r\n\r\n" + "x".repeat(70_000), false),
            new Cut("a body in chunks, between two", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false),
            new Cut("a body in chunks, within one", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nab", false),
            new Cut("a body until the end of the connection, by a reset", "\r\n" + "x".repeat(10), true));

    private static final List<Cut> REQUESTS = List.of(
            new Cut("a body with a length", "Content-Length: 10\r\n\r\nshort", false),
            new Cut("a body in chunks", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false));

    private TruncationRules() {}

    static void responses(Subject subject) throws Exception {
        Findings findings = new Findings(RULE);
        for (Cut each : RESPONSES) {
            String response = "HTTP/1.1 200 OK\r\n" + each.fieldsAndBody();
            try (Proxied proxied = subject.answering((request, connection) -> {
                connection.write(response);
                if (each.reset()) {
                    connection.reset();
                } else {
                    connection.close();
                }
            })) {
                Message answered = proxied.askOrEnd(subject.request("GET"));
                if (answered.whole() && answered.status() < 400) {
                    findings.add(new Finding(each.what(), "it broke off, and the client got it as if it were whole")
                            .sent("the upstream", response)
                            .arrived("the client", answered.bytes()));
                }
                if (proxied.received().isEmpty()) {
                    proxied.requireThatItPassesOn();
                }
            }
        }
        findings.check();
    }

    static void requests(Subject subject) throws Exception {
        Findings findings = new Findings(RULE);
        for (Cut each : REQUESTS) {
            String whole = subject.request("POST");
            String request = whole.substring(0, whole.length() - 2) + each.fieldsAndBody();
            Proxied proxied = subject.answering(Proxied.OK);
            try (proxied) {
                proxied.requireThatItPassesOn();
                send(proxied, request);
            }
            for (Message message : proxied.received(request)) {
                if (message.whole()) {
                    findings.add(new Finding(each.what(), "it broke off, and the upstream got it as if it were whole")
                            .sent("the client", request)
                            .arrived("the upstream", message.bytes()));
                }
            }
        }
        findings.check();
    }

    /** Sends, ends, and reads until the proxy has seen it. */
    private static void send(Proxied proxied, String request) throws IOException {
        try (RawConnection client = proxied.connect()) {
            client.write(request);
            client.shutdownOutput();
            client.readAll();
        } catch (IOException end) {
            // The proxy has seen it, or sees it when the connection is closed.
        }
    }
}
