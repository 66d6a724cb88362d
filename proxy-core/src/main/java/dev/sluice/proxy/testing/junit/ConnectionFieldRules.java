package dev.sluice.proxy.testing.junit;

import java.util.ArrayList;
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
                for (String passed : passed(exchange.atUpstream(), line)) {
                    findings.add(new Finding(passed + " of the client reached the upstream")
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
                for (String passed : passed(answered, line)) {
                    findings.add(new Finding(passed + " of the upstream reached the client")
                            .sent("the upstream", response)
                            .arrived("the client", answered.bytes()));
                }
            }
        }
        findings.check();
    }

    /** What has gone on of a message with this line and with {@code Connection}. */
    private static List<String> passed(Message message, String line) {
        List<String> passed = new ArrayList<>();
        int colon = line.indexOf(':');
        if (message.all(line.substring(0, colon))
                .contains(line.substring(colon + 1).strip())) {
            passed.add(line);
        }
        if (message.has("Connection", "X-Named")) {
            passed.add("Connection: X-Named");
        }
        return passed;
    }
}
