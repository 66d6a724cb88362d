package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.List;

/** A request has one end, whoever reads it (RFC 9112 §6.3, §11.2). */
final class RequestFramingRules {
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /**
     * A request that is malformed.
     *
     * @param repairable whether it may go on without the fault; then the connection may go on as well
     */
    private record Malformed(String what, String version, List<String> lines, String body, boolean repairable) {
        static Malformed of(String what, String body, String... lines) {
            return new Malformed(what, "HTTP/1.1", List.of(lines), body, false);
        }
    }

    private static final List<Malformed> CASES = List.of(
            Malformed.of(
                    "Content-Length beside Transfer-Encoding", "1\r\nx\r\n0\r\n\r\n", "Content-Length: 1", CHUNKED),
            Malformed.of(
                    "Transfer-Encoding beside Content-Length", "1\r\nx\r\n0\r\n\r\n", CHUNKED, "Content-Length: 1"),
            Malformed.of("two lengths", "xy", "Content-Length: 1", "Content-Length: 2"),
            Malformed.of("a length with a sign", "x", "Content-Length: +1"),
            Malformed.of("a coding that is not known", "1\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: xchunked"),
            new Malformed("chunks in HTTP/1.0", "HTTP/1.0", List.of(CHUNKED), "1\r\nx\r\n0\r\n\r\n", false),
            new Malformed("a folded field", "HTTP/1.1", List.of("X-Folded: 1", " 2", "Content-Length: 1"), "x", true),
            Malformed.of("white space before a colon", "x", "Content-Length : 1"),
            Malformed.of("a chunk with a sign", "+1\r\nx\r\n0\r\n\r\n", CHUNKED),
            Malformed.of("a chunk with no size", "x\r\n", CHUNKED),
            Malformed.of("a chunk that is longer than its size", "1\r\nxy\r\n0\r\n\r\n", CHUNKED));

    private RequestFramingRules() {}

    static void check(Subject subject) throws Exception {
        Findings findings = new Findings(
                "A request that two readers could end at different places must be refused, or go on with one meaning"
                        + " (RFC 9112 §6.3, §11.2):");
        for (Malformed each : CASES) {
            check(subject, each, findings);
        }
        findings.check();
    }

    private static void check(Subject subject, Malformed each, Findings findings) throws Exception {
        String request = subject.requestIn(each.version(), "POST", each.lines().toArray(String[]::new)) + each.body();
        // What follows must not become a request of its own, as the connection cannot be trusted any more.
        String second = subject.request("GET");
        String sent = each.repairable() ? request : request + second;
        Proxied proxied = subject.answering(Proxied.OK);
        String answered;
        try (proxied) {
            proxied.requireThatItPassesOn();
            answered = send(proxied, sent);
        }
        for (Message message : proxied.received()) {
            String broken = broken(message, each, request, second);
            if (!broken.isEmpty()) {
                findings.add(new Finding(each.what(), broken)
                        .sent("the client", sent)
                        .arrived("the upstream", message.bytes())
                        .arrived("the client", answered));
            }
        }
    }

    /** What is wrong with a message at the upstream, which may be the ordinary one; empty for nothing. */
    private static String broken(Message message, Malformed each, String request, String second) {
        if (message.mark().equals(Mark.of(second))) {
            return "what follows it went on as well";
        }
        if (!message.whole() && !message.cut()) {
            return "it went on with " + message.fault();
        }
        return message.mark().equals(Mark.of(request)) ? asIfWhole(message, each) : "";
    }

    private static String asIfWhole(Message message, Malformed each) {
        boolean brokenChunks =
                each.lines().equals(List.of(CHUNKED)) && each.version().equals("HTTP/1.1");
        return brokenChunks && message.whole() ? "it went on as if it were whole" : "";
    }

    /** Sends and reads until both sides have ended. */
    private static String send(Proxied proxied, String sent) throws IOException {
        try (RawConnection client = proxied.connect()) {
            try {
                client.write(sent);
                client.shutdownOutput();
                return client.readAll();
            } catch (IOException end) {
                return "the connection broke off";
            }
        }
    }
}
