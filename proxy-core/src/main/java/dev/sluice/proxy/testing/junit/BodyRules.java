package dev.sluice.proxy.testing.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Bodies arrive as they were sent. */
final class BodyRules {
    private static final int CHUNK = 8_000;

    private BodyRules() {}

    static void requests(Subject subject) throws Exception {
        Findings findings = new Findings("The body of a request must arrive as it was sent:");
        try (Proxied proxied = subject.answering(Proxied.OK)) {
            for (String body : bodies(subject)) {
                for (String framed : framings(body)) {
                    String head = subject.request("POST", "Content-Type: text/plain");
                    String request = head.substring(0, head.length() - 2) + framed;
                    compare(body, proxied.exchange(request).atUpstream(), "the upstream", framed, findings);
                }
            }
        }
        findings.check();
    }

    static void responses(Subject subject) throws Exception {
        Findings findings = new Findings("The body of a response must arrive as it was sent:");
        for (String body : bodies(subject)) {
            for (String framed : framings(body)) {
                try (Proxied proxied = subject.answering("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + framed)) {
                    Message answered = proxied.exchange(subject.request("GET")).answered();
                    compare(body, answered, "the client", framed, findings);
                }
            }
        }
        findings.check();
    }

    private static void compare(String body, Message got, String who, String framed, Findings findings) {
        if (got.whole() && got.body().equals(body)) {
            return;
        }
        String how = framed.startsWith("Content-Length") ? "with a length" : "in chunks";
        String fault = got.fault() == null ? difference(body, got.body()) : got.fault();
        findings.add(new Finding("a body of " + body.length() + " bytes " + how, fault).arrived(who, got.bytes()));
    }

    private static String difference(String sent, String got) {
        int at = 0;
        while (at < Math.min(sent.length(), got.length()) && sent.charAt(at) == got.charAt(at)) {
            at++;
        }
        return got.length() + " bytes came, which differ at byte " + at;
    }

    /** Of 0 and 1 bytes, of 64 KiB and of 10 MiB, as far as the proxy takes them. */
    private static List<String> bodies(Subject subject) {
        return Stream.of(0, 1, 1 << 16, subject.largestBody())
                .filter(size -> size <= subject.largestBody())
                .distinct()
                .map(BodyRules::body)
                .toList();
    }

    /** Letters in an order that does not come again within a buffer. */
    static String body(int size) {
        StringBuilder body = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            body.append((char) ('a' + i % 23 + i / 997 % 3));
        }
        return body.toString();
    }

    /** The end of a head and the body: with a length, and in chunks. */
    private static List<String> framings(String body) {
        StringBuilder chunks = new StringBuilder("Transfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < body.length(); at += CHUNK) {
            String piece = body.substring(at, Math.min(at + CHUNK, body.length()));
            chunks.append(Integer.toHexString(piece.length()))
                    .append("\r\n")
                    .append(piece)
                    .append("\r\n");
        }
        List<String> framings = new ArrayList<>();
        framings.add("Content-Length: " + body.length() + "\r\n\r\n" + body);
        framings.add(chunks.append("0\r\n\r\n").toString());
        return framings;
    }
}
