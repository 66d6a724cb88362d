package dev.sluice.proxy.testing.junit;

import java.util.List;

/** A response has one end, whoever reads it (RFC 9112 §6.3). */
final class ResponseFramingRules {
    /**
     * A response that is malformed.
     *
     * @param repairable whether it may go on without the fault
     */
    private record Malformed(String what, String fieldsAndBody, boolean repairable) {}

    private static final List<Malformed> CASES = List.of(
            new Malformed(
                    "Content-Length beside Transfer-Encoding",
                    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                    true),
            new Malformed("two lengths", "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy", false),
            new Malformed("a length with a sign", "Content-Length: +1\r\n\r\nx", false),
            new Malformed(
                    "a coding that is not known", "Transfer-Encoding: xchunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", false),
            new Malformed("a folded field", "X-Folded: 1\r\n 2\r\nContent-Length: 1\r\n\r\nx", true),
            new Malformed("a chunk with a sign", "Transfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n0\r\n\r\n", false),
            new Malformed("a chunk with no size", "Transfer-Encoding: chunked\r\n\r\nx\r\n", false));

    private ResponseFramingRules() {}

    static void check(Subject subject) throws Exception {
        Findings findings = new Findings(
                "A response that two readers could end at different places must become an error, or go on with one"
                        + " meaning (RFC 9112 §6.3):");
        for (Malformed each : CASES) {
            check(subject, each, findings);
        }
        findings.check();
    }

    private static void check(Subject subject, Malformed each, Findings findings) throws Exception {
        String response = "HTTP/1.1 200 OK\r\n" + each.fieldsAndBody();
        String request = subject.request("GET");
        try (Proxied proxied = subject.answering((got, connection) -> {
            connection.write(response);
            connection.close();
        })) {
            Message answered = proxied.askOrEnd(request);
            if (proxied.received().isEmpty()) {
                // Says what is wrong with path() and fields().
                proxied.requireThatItPassesOn();
            }
            String broken = answered.isHeadless() ? "" : broken(answered, each);
            if (!broken.isEmpty()) {
                findings.add(new Finding(each.what(), broken)
                        .sent("the upstream", response)
                        .arrived("the client", answered.bytes()));
            }
        }
    }

    private static String broken(Message answered, Malformed each) {
        if (!answered.whole()) {
            return answered.cut() ? "" : "it went on with " + answered.fault();
        }
        return answered.status() == 200 && !each.repairable() ? "it went on as if it were whole" : "";
    }
}
