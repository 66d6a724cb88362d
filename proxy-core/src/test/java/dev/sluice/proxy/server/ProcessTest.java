package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a process lives if its main starts a server and returns. Each test has its own JVM. */
class ProcessTest {
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

    private Process process;
    private BufferedReader output;

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly().waitFor();
    }

    private void start(String kinds) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessMain.class.getName()));
        command.addAll(List.of(kinds.split(" ")));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The line with this text. A logger may write other lines. */
    private String line(String pattern) throws IOException {
        String line = output.readLine();
        while (line != null && !line.matches(pattern)) {
            line = output.readLine();
        }
        return String.valueOf(line);
    }

    private InetSocketAddress address() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line("\\d+")));
    }

    private int status() throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the process ends").isTrue();
        return process.exitValue();
    }

    private void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** A shell that starts something in the background may make it ignore Ctrl-C. */
    private void assumeNotIgnored(int signal) throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        assumeTrue(Files.exists(status));
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        assumeTrue((Long.parseLong(ignored.substring(7).strip(), 16) >> (signal - 1) & 1) == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "direct", "jdk", "upgrade", "forward"})
    void itStaysUntilTheServerIsClosedAndThenEndsWithStatusZero(String kind) throws Exception {
        start(kind);
        InetSocketAddress address = address();
        // If nothing kept the process, it would end as soon as main has returned.
        assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
        try (RawConnection client = RawConnection.connect(address)) {
            client.write(LAST);
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ");
        }
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();

        assertThat(status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"daemon", "daemon direct", "daemon jdk"})
    void aDaemonDoesNotKeepIt(String kinds) throws Exception {
        start(kinds);

        assertThat(status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"INT, 2, direct", "TERM, 15, direct", "INT, 2, jdk", "HUP, 1, direct"})
    void aSignalDrainsTheServerAndEndsWithStatusZero(String name, int number, String transport) throws Exception {
        start("exit " + transport);
        try (RawConnection client = RawConnection.connect(address())) {
            assumeNotIgnored(number);
            client.write("POST /slow HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\n");
            assertThat(line("slow")).isEqualTo("slow");
            signal(name);
            client.write("x");

            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("here");
            assertThat(status()).isZero();
        }
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnce() throws Exception {
        start("exit direct");
        InetSocketAddress address = address();
        try (RawConnection client = RawConnection.connect(address)) {
            assumeNotIgnored(15);
            client.write("POST /slow HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\n");
            assertThat(line("slow")).isEqualTo("slow");
            signal("TERM");
            Awaited.refusal(address);
            signal("TERM");

            assertThat(status()).isEqualTo(128 + 15);
        }
    }

    @Test
    void aUsersShutdownHookDrainsTheServerToo() throws Exception {
        start("hook direct");
        try (RawConnection client = RawConnection.connect(address())) {
            client.write("POST /slow HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\n");
            assertThat(line("slow")).isEqualTo("slow");
            process.destroy();
            client.write("x");

            assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("here");
            assertThat(status()).isEqualTo(128 + 15);
        }
    }
}
