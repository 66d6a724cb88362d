package dev.sluice.proxy.testing.junit;

import java.util.List;

/** How far TRACE and OPTIONS go (RFC 9110 §7.6.2). */
final class MaxForwardsRules {
    private MaxForwardsRules() {}

    static void check(Subject subject) throws Exception {
        Findings findings =
                new Findings("Max-Forwards of TRACE and OPTIONS counts down and ends at 0 (RFC 9110 §7.6.2):");
        for (String method : List.of("OPTIONS", "TRACE")) {
            for (int count : List.of(0, 1, 5)) {
                check(subject, method, count, findings);
            }
        }
        findings.check();
    }

    private static String broken(int count, List<String> arrived) {
        if (count == 0) {
            return "it reached the upstream, and must end before";
        }
        if (arrived.equals(List.of(Integer.toString(count - 1)))) {
            return "";
        }
        return arrived.equals(List.of(Integer.toString(count)))
                ? "it reached the upstream as it was"
                : "it reached the upstream with " + arrived;
    }

    private static void check(Subject subject, String method, int count, Findings findings) throws Exception {
        String request = subject.request(method, "Max-Forwards: " + count);
        Proxied proxied = subject.answering(Proxied.OK);
        try (proxied) {
            proxied.requireThatItPassesOn();
            proxied.ask(request);
        }
        for (Message message : proxied.received(request)) {
            String broken = broken(count, message.all("Max-Forwards"));
            if (!broken.isEmpty()) {
                findings.add(new Finding(method + " with Max-Forwards: " + count, broken)
                        .sent("the client", request)
                        .arrived("the upstream", message.bytes()));
            }
        }
    }
}
