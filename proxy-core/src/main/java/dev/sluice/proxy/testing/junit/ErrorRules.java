package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.EOFException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client sees when the upstream fails is nothing of the inside. */
final class ErrorRules {
    private static final String GARBAGE = "\u0001\u0002 unlike HTTP \u0003\r\n\r\n";
    private static final Pattern PROGRAM = Pattern.compile(
            "\\b\\w+(Exception|Error)\\b|\\bat [\\w.$]+\\([\\w ]+(\\.java(:\\d+)?)?\\)|\\b(java|javax|jdk|sun|dev\\.sluice)(\\.\\w+){2,}");

    private static final Map<String, ScriptedOrigin.Script> FAILURES = Map.of(
            "resets the connection",
            connection -> {
                connection.readHead();
                connection.reset();
            },
            "closes the connection",
            RawConnection::readHead,
            "sends garbage",
            connection -> {
                connection.readHead();
                connection.write(GARBAGE);
            });

    private ErrorRules() {}

    static void check(Subject subject) throws Exception {
        Findings findings = new Findings(
                "If the upstream fails, the client must learn neither its address nor anything of the program:");
        subject.requireThatItPassesOn();
        for (Map.Entry<String, ScriptedOrigin.Script> failure : FAILURES.entrySet()) {
            try (ScriptedOrigin upstream = ScriptedOrigin.start(failure.getValue())) {
                check(subject, upstream.uri(), failure.getKey(), findings);
            }
        }
        try (RefusingPort refusing = new RefusingPort()) {
            check(subject, refusing.uri(), "refuses connections", findings);
        }
        findings.check();
    }

    private static void check(Subject subject, URI upstream, String what, Findings findings) throws Exception {
        String request = subject.request("GET");
        ProxyServer server = subject.start(upstream);
        try (RawConnection client = RawConnection.connect(server.address())) {
            String got = Proxied.ask(client, request).bytes();
            String told = told(got, upstream);
            if (!told.isEmpty()) {
                findings.add(new Finding("the upstream " + what + ", and the client learns " + told)
                        .sent("the client", request)
                        .arrived("the client", got));
            }
        } catch (EOFException end) {
            // Nothing is told.
        } finally {
            server.close(Duration.ZERO);
        }
    }

    private static String told(String got, URI upstream) {
        if (got.contains(":" + upstream.getPort())) {
            return "its port " + upstream.getPort();
        }
        if (got.contains("unlike HTTP")) {
            return "the bytes that it sent";
        }
        Matcher program = PROGRAM.matcher(got);
        return program.find() ? "\"" + program.group() + "\"" : "";
    }
}
