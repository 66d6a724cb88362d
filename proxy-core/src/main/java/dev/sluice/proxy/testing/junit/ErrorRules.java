package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client sees when the upstream fails is nothing of the inside. */
final class ErrorRules {
    private static final String GARBAGE = "\u0001\u0002 unlike HTTP \u0003\r\n\r\n";
    private static final Pattern PROGRAM = Pattern.compile(
            "\\b\\w+(Exception|Error)\\b|\\bat [\\w.$]+\\([\\w ]+(\\.java(:\\d+)?)?\\)|\\b(java|javax|jdk|sun|dev\\.sluice)(\\.\\w+){2,}");

    /** A way in which an upstream fails behind the head of a request. */
    private record Failure(String what, ScriptedOrigin.Script script) {}

    private static final List<Failure> FAILURES = List.of(
            new Failure("the upstream resets the connection", RawConnection::reset),
            new Failure("the upstream closes the connection", RawConnection::close),
            new Failure("the upstream sends garbage", connection -> connection.write(GARBAGE)));

    private ErrorRules() {}

    static void check(Subject subject) throws Exception {
        Findings findings = new Findings(
                "If the upstream fails, the client must learn neither its address nor anything of the program:");
        subject.requireThatItPassesOn();
        for (Failure each : FAILURES) {
            try (ScriptedOrigin upstream = ScriptedOrigin.start(Proxied.behindHead(each.script()))) {
                check(subject, upstream.uri(), each.what(), findings);
            }
        }
        try (RefusingPort refusing = new RefusingPort()) {
            check(subject, refusing.uri(), "the upstream refuses connections", findings);
        }
        findings.check();
    }

    private static void check(Subject subject, URI upstream, String what, Findings findings) throws Exception {
        String request = subject.request("GET");
        ProxyServer server = subject.start(upstream);
        try (RawConnection client = RawConnection.connect(server.address())) {
            Message answered = Proxied.askOrEnd(client, request);
            String got = answered.bytes();
            String told = told(got, upstream);
            if (!told.isEmpty()) {
                findings.add(new Finding(what, "the client learns " + told)
                        .sent("the client", request)
                        .arrived("the client", got));
            }
        } finally {
            server.close(Duration.ZERO);
        }
    }

    private static String told(String got, URI upstream) {
        if (got.contains(":" + upstream.getPort())) {
            return "its port";
        }
        if (got.contains("unlike HTTP")) {
            return "the bytes that it sent";
        }
        Matcher program = PROGRAM.matcher(got);
        return program.find() ? "\"" + program.group() + "\"" : "";
    }
}
