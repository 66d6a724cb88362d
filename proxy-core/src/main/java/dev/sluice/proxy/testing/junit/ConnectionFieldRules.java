package dev.sluice.proxy.testing.junit;

import java.util.List;

/** What belongs to one connection does not go on to the next (RFC 9110 §7.6.1). */
final class ConnectionFieldRules {
    private static final String RULE =
            "A proxy must not pass on the fields of a connection, and what Connection names (RFC 9110 §7.6.1):";
    /** By value, as the proxy may say something of its own connection by a field of the same name. */
    private static final List<String> REQUEST = List.of(
            "Keep-Alive: timeout=77",
            "Proxy-Connection: keep-alive",
            "Proxy-Authorization: Basic Y29udHJhY3Q6eA==",
            "Proxy-Authenticate: Basic realm=\"contract\"",
            "TE: gzip;q=0.7",
            "Upgrade: contract/1",
            "X-Named: named",
            "X-Also-Named: also named");

    private static final List<String> RESPONSE = List.of(
            "Keep-Alive: timeout=77",
            "Proxy-Connection: keep-alive",
            "Proxy-Authenticate: Basic realm=\"contract\"",
            "Proxy-Authentication-Info: nextnonce=\"contract\"",
            "Upgrade: contract/1",
            "X-Named: named",
            "X-Also-Named: also named");

    private ConnectionFieldRules() {}

    static void requests(Subject subject) throws Exception {
        Findings findings = new Findings(RULE);
        try (Proxied proxied = subject.answering(Proxied.OK)) {
            for (String line : REQUEST) {
                Proxied.Exchange exchange =
                        proxied.exchange(subject.request("GET", "Connection: X-Named, x-also-named", line));
                if (passed(exchange.atUpstream(), line)) {
                    findings.add(new Finding(line + " of the client reached the upstream")
                            .sent("the client", exchange.sent())
                            .arrived("the upstream", exchange.atUpstream().bytes()));
                }
            }
        }
        findings.check();
    }

    static void responses(Subject subject) throws Exception {
        Findings findings = new Findings(RULE);
        for (String line : RESPONSE) {
            String response = "HTTP/1.1 200 OK\r\nConnection: X-Named, x-also-named\r\n" + line
                    + "\r\nContent-Length: 2\r\n\r\nok";
            try (Proxied proxied = subject.answering(response)) {
                Message answered = proxied.exchange(subject.request("GET")).answered();
                if (passed(answered, line)) {
                    findings.add(new Finding(line + " of the upstream reached the client")
                            .sent("the upstream", response)
                            .arrived("the client", answered.bytes()));
                }
            }
        }
        findings.check();
    }

    private static boolean passed(Message message, String line) {
        int colon = line.indexOf(':');
        return message.all(line.substring(0, colon))
                        .contains(line.substring(colon + 1).strip())
                || message.has("Connection", "X-Named");
    }
}
