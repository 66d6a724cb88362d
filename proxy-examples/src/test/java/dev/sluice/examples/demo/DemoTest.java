package dev.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the demo as a user does, in a separate process. */
class DemoTest {
    private static final Pattern ADDRESS = Pattern.compile("http://localhost:\\d+");

    @Test
    void noRequestFailsWhileOriginsAreKilled() throws Exception {
        try (DemoRun demo = new DemoRun("--seconds", "10", "--clients", "20", "--port", "0")) {
            assertThat(demo.status()).as(demo.said()).isZero();
            assertThat(demo.said())
                    .contains("killed with SIGKILL", "origin-1 UP", "origin-2 UP", "origin-3 UP")
                    .containsPattern("ended: answered [1-9]\\d*, failed 0\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalDrainsAndEndsWithStatus0(String signal) throws Exception {
        assumeTrue(Files.exists(Path.of("/bin/sh")), "there is a shell to send a signal with");
        assumeFalse(signal.equals("INT") && interruptIsIgnored(), "the process inherits that it ignores Ctrl-C");
        try (DemoRun demo = new DemoRun("--port", "0")) {
            demo.await("failed 0");
            demo.signal(signal);
            assertThat(demo.status()).as(demo.said()).isZero();
            assertThat(demo.said()).contains("draining").containsPattern("ended: answered \\d+, failed 0\n");
        }
    }

    @Test
    void theOriginsEndWithTheDemoEvenIfItIsKilled() throws Exception {
        assumeTrue(Files.exists(Path.of("/bin/sh")), "there is a shell to send a signal with");
        try (DemoRun demo = new DemoRun("--port", "0", "--no-chaos", "--clients", "0")) {
            demo.await("failed 0");
            List<ProcessHandle> origins = demo.handle().children().toList();
            assertThat(origins).hasSize(3);
            demo.signal("KILL");
            for (ProcessHandle origin : origins) {
                origin.onExit().get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void givenUrlsAreProxiedAndGetNoOtherRequests() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
                    connection.close();
                });
                DemoRun demo = new DemoRun("--port", "0", origin.uri().toString())) {
            Matcher address = ADDRESS.matcher(demo.await("Sluice at"));
            assertThat(address.find()).isTrue();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address.group() + "/a")).build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .body())
                    .isEqualTo("hello");
            assertThat(demo.handle().children()).isEmpty();
        }
    }

    @Test
    void aWrongOptionPrintsOneLineAndExitsWith2() throws Exception {
        try (DemoRun demo = new DemoRun("--port", "http")) {
            assertThat(demo.status()).isEqualTo(2);
            assertThat(demo.said()).hasLineCount(1).contains("--port", "http");
        }
    }

    @Test
    void aUrlThatCannotBeProxiedPrintsOneLineAndExitsWith2() throws Exception {
        try (DemoRun demo = new DemoRun("--port", "0", "ftp://example.com")) {
            assertThat(demo.status()).isEqualTo(2);
            assertThat(demo.said()).hasLineCount(1).contains("ftp://example.com");
        }
    }

    @Test
    void aPortInUsePrintsOneLineAndExitsWith1() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DemoRun demo = new DemoRun("--port", String.valueOf(taken.getLocalPort()), "http://localhost:1")) {
            assertThat(demo.status()).isEqualTo(1);
            assertThat(demo.said()).hasLineCount(1).contains(String.valueOf(taken.getLocalPort()));
        }
    }

    /** This is so in a background job of a shell without job control. A JVM keeps it, and its children inherit it. */
    private static boolean interruptIsIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(mask, 16) & 0b10) != 0;
    }
}
