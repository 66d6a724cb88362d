package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The result of one odd message through one pairing, in one line. */
final class Observed {
    /** Fields that the proxy writes itself, or whose values differ in each run. */
    private static final Set<String> OWN =
            Set.of("host", "content-length", "transfer-encoding", "user-agent", "connection");

    private static final Pattern WELL_FORMED = Pattern.compile("([!-~]+ [!-~]+ HTTP/1\\.1|HTTP/1\\.1 \\d{3} [ -~]*)\r\n"
            + "([-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t -~\\x80-\\xff]*\r\n)*\r\n");

    private Observed() {}

    /**
     * The result of a request: each status, {@code kept} or {@code closed}, and in brackets the requests that reached
     * the origin completely: request line, fields and framing of the body.
     */
    static String request(Pairing pairing, String bytes) throws IOException {
        try (Proxied proxied = plain(Proxied.of(pairing)).start()) {
            StringBuilder seen = new StringBuilder();
            try (RawConnection client = proxied.connect()) {
                client.write(bytes);
                boolean two = bytes.contains("GET /2 ");
                String method = bytes.strip().startsWith("HEAD") ? "HEAD" : "GET";
                try {
                    for (int i = 0; i < (two ? 2 : 1); i++) {
                        Message response = Message.response(client, method);
                        response.interim()
                                .forEach(each -> seen.append(each.status()).append(' '));
                        seen.append(response.status()).append(' ');
                    }
                } catch (IOException closed) {
                    seen.append("no answer ");
                }
                seen.append(Proxied.serves(client) ? "kept" : "closed");
            }
            proxied.stop();
            int served = seen.toString().split("200 ", -1).length - 1;
            assertThat(proxied.atOrigin().stream().filter(Message::whole))
                    .as("the number of requests at the origin and of responses with 200")
                    .hasSize(served);
            for (Message sent : proxied.atOrigin()) {
                requireWellFormed(sent);
                if (sent.whole()) {
                    seen.append(" [").append(shown(sent)).append(']');
                }
            }
            return seen.toString();
        }
    }

    /**
     * The result of a response: the response that the client got, {@code cut} if its body had no end, and {@code kept}
     * or {@code closed}. The length of a cut body depends on timing, and is left out.
     *
     * @param closes whether the origin closes the connection after it
     */
    static String response(Pairing pairing, String bytes, boolean closes) throws IOException {
        Proxied.Builder building = plain(Proxied.of(pairing));
        try (Proxied proxied = (closes ? building.answersAndCloses(bytes) : building.answers(bytes)).start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, Contract.GET);
            requireWellFormed(received);
            List<String> parts = new ArrayList<>();
            for (Message interim : received.interim()) {
                parts.add("[" + shown(interim) + "]");
            }
            parts.add("[" + shown(received) + "]");
            if (!received.whole()) {
                parts.add("cut");
            }
            parts.add(Proxied.serves(client) ? "kept" : "closed");
            return String.join(" ", parts);
        }
    }

    private static Proxied.Builder plain(Proxied.Builder building) {
        return building.rules(
                rules -> rules.via(Via.OFF).forwarding(Forwarding.OFF).originMask(OriginMask.OFF));
    }

    /**
     * The message that is passed on is made of parsed values, on every JDK. No odd byte of the received message is in
     * it.
     */
    private static void requireWellFormed(Message message) {
        assertThat(message.raw()).matches(WELL_FORMED);
        assertThat(message.headers().all("Host").size()
                        + message.headers().all("Content-Length").size())
                .isLessThanOrEqualTo(message.headers().has("Transfer-Encoding") ? 1 : 2);
        assertThat(message.headers().all("Transfer-Encoding")).isIn(List.of(), List.of("chunked"));
    }

    private static String shown(Message message) {
        StringBuilder text = new StringBuilder();
        boolean response = message.start().startsWith("HTTP/");
        if (response && message.status() == 502) {
            // The page is one of our error pages.
            return "502";
        }
        text.append(
                response
                        ? message.start().substring(9).strip()
                        : message.start().replace(" HTTP/1.1", ""));
        for (int i = 0; i < message.headers().size(); i++) {
            String name = message.headers().name(i);
            String value = message.headers().value(i);
            boolean date = name.equalsIgnoreCase("Date") && !value.contains("1970");
            if (!date && (!OWN.contains(name.toLowerCase(Locale.ROOT)) || value.contains("TE"))) {
                text.append(' ')
                        .append(name)
                        .append('=')
                        .append(value.replace("\t", "\\t").replace("\u00e4", "\\xe4"));
            }
        }
        if (message.headers().has("Content-Length") && !emptyByTheClient(message)) {
            text.append(" length ")
                    .append(message.headers().first("Content-Length").orElse(""));
        } else if (message.headers().has("Transfer-Encoding")) {
            text.append(" chunks");
        }
        if (message.whole() && !message.body().isEmpty()) {
            text.append(" \"").append(message.body()).append('"');
        }
        message.trailers()
                .forEach((name, value) ->
                        text.append(" trailer ").append(name).append('=').append(value));
        return text.toString();
    }

    /** Returns whether the JDK's client of some updates adds this to a request without a body. That has its own row. */
    private static boolean emptyByTheClient(Message message) {
        return !message.start().startsWith("HTTP/")
                && !message.start().startsWith("P")
                && message.headers().first("Content-Length").orElse("").equals("0");
    }
}
