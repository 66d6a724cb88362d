package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers that have no body, whatever their fields say (RFC 9110 §9.3.2, §15.4.5). */
final class BodilessRules {
    private static final String FIELDS = "ETag: \"7\"\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n";

    private BodilessRules() {}

    static void head(Subject subject) throws Exception {
        Findings findings = new Findings("The answer to HEAD has the fields of GET and no body (RFC 9110 §9.3.2):");
        try (Proxied proxied = subject.answering((request, connection) -> connection.write(
                "HTTP/1.1 200 OK\r\n" + FIELDS + (request.startLine().startsWith("HEAD ") ? "" : "hello")))) {
            Message get = proxied.exchange(subject.request("GET")).answered();
            Message head = alone(proxied, subject, subject.request("HEAD"), findings);
            if (head != null) {
                compare(get, head, findings);
            }
        }
        findings.check();
    }

    private static void compare(Message get, Message head, Findings findings) {
        List<String> expected = get.all("Content-Length");
        List<String> lengths = head.all("Content-Length");
        if (!expected.isEmpty() && !lengths.isEmpty() && !lengths.equals(expected)) {
            findings.add(new Finding("Content-Length is " + lengths.get(0) + " for HEAD and " + expected.get(0)
                            + " for GET (RFC 9110 §8.6)")
                    .arrived("the client for GET", get.bytes())
                    .arrived("the client for HEAD", head.bytes()));
        }
        if (head.status() != get.status()) {
            findings.add(new Finding("the status is " + head.status() + " for HEAD and " + get.status() + " for GET")
                    .arrived("the client for HEAD", head.bytes()));
        }
    }

    static void notModified(Subject subject) throws Exception {
        Findings findings = new Findings("304 goes on as it is, without a body (RFC 9110 §15.4.5):");
        try (Proxied proxied = subject.answering((request, connection) -> {
            boolean known = !request.all("If-None-Match").isEmpty();
            connection.write(
                    known ? "HTTP/1.1 304 Not Modified\r\n" + FIELDS : "HTTP/1.1 200 OK\r\n" + FIELDS + "hello");
        })) {
            proxied.requireThatItPassesOn();
            String request = subject.request("GET", "If-None-Match: \"7\"");
            Message answered = alone(proxied, subject, request, findings);
            // A cache may ask for the whole, and then there is no 304.
            boolean asked = proxied.received(request).stream()
                    .anyMatch(message -> !message.all("If-None-Match").isEmpty());
            if (answered != null && asked && answered.status() != 304) {
                findings.add(new Finding("304 became " + answered.status())
                        .sent("the client", request)
                        .sent("the upstream", "HTTP/1.1 304 Not Modified\r\n" + FIELDS)
                        .arrived("the client", answered.bytes()));
            }
        }
        findings.check();
    }

    /** Whether it is the answer to another GET, perhaps in chunks and behind interim responses, and nothing else. */
    private static boolean isHello(String behind) throws IOException {
        if (!behind.startsWith("HTTP/1.1 ")) {
            return false;
        }
        try (ScriptedOrigin replay = ScriptedOrigin.start(connection -> connection.write(behind));
                RawConnection again = RawConnection.connect(replay.address())) {
            Message next = Message.response(again, "GET");
            return next.status() == 200
                    && next.whole()
                    && next.body().equals("hello")
                    && again.readAll().isEmpty();
        } catch (IOException end) {
            return false;
        }
    }

    /** Sends a request whose answer has no body, and looks at what follows the answer. */
    private static @Nullable Message alone(Proxied proxied, Subject subject, String request, Findings findings)
            throws IOException {
        try (RawConnection client = proxied.connect()) {
            Message answered = Proxied.askOrEnd(client, request);
            if (answered.isHeadless()) {
                findings.add(new Finding(String.valueOf(answered.fault()))
                        .sent("the client", request)
                        .arrived("the client", answered.bytes()));
                return null;
            }
            boolean last = answered.has("Connection", "close");
            String next = last ? "" : subject.request("GET", "Connection: close");
            String behind = behind(client, next);
            if (last ? !behind.isEmpty() : !isHello(behind)) {
                findings.add(new Finding("the connection cannot be used behind it, or it has a body")
                        .sent("the client", request)
                        .arrived("the client", answered.bytes())
                        .arrived("the client, behind it and for another GET,", behind));
            }
            return answered;
        }
    }

    /** What comes until the connection ends, in whatever way. */
    private static String behind(RawConnection client, String next) {
        StringBuilder behind = new StringBuilder();
        try {
            client.write(next);
            while (true) {
                behind.append(client.readExactly(1));
            }
        } catch (SocketTimeoutException silence) {
            return behind.append("(and then neither more nor the end)").toString();
        } catch (EOFException end) {
            return behind.toString();
        } catch (IOException broken) {
            return behind.append("(and then " + broken.getMessage() + ")").toString();
        }
    }
}
