package dev.sluice.proxy.testing.junit;

import java.util.List;

/** What a client says of its own address is not what the proxy says (RFC 7239 §8.1). */
final class ForwardedRules {
    private static final List<String> FORGED = List.of(
            "X-Forwarded-For: 192.0.2.66",
            "X-Forwarded-Host: forged.test",
            "X-Forwarded-Proto: forged",
            "X-Forwarded-Port: forged",
            "X-Forwarded-Prefix: /forged",
            "X-Real-IP: 192.0.2.66",
            "Forwarded: for=192.0.2.66;host=forged.test");

    private ForwardedRules() {}

    static void check(Subject subject) throws Exception {
        Findings findings = new Findings(
                "What a client says of where it comes from must not go on, unless it is trusted (RFC 7239 §8.1):");
        try (Proxied proxied = subject.answering(Proxied.OK)) {
            for (String line : FORGED) {
                Proxied.Exchange exchange = proxied.exchange(subject.request("GET", line));
                String got = exchange.atUpstream().head();
                if (got.contains("192.0.2.66") || got.contains("forged")) {
                    findings.add(new Finding(line + " of the client reached the upstream")
                            .sent("the client", exchange.sent())
                            .arrived("the upstream", exchange.atUpstream().bytes()));
                }
            }
        }
        findings.check();
    }
}
