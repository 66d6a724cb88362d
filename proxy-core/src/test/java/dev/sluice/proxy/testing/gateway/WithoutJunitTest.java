package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawConnection;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** JUnit is not needed at run time. */
class WithoutJunitTest {
    /** A program without JUnit. */
    static final class Program {
        private Program() {}

        /** Prints the answer of a gateway, and whether JUnit is there. */
        public static void main(String[] args) throws Exception {
            try (FakeGateway gateway = FakeGateway.start();
                    RawConnection client = RawConnection.connect(gateway.address())) {
                gateway.on("GET /").answers("hello");
                client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
                System.out.println(client.readAll().endsWith("hello") ? "answered" : "not answered");
                gateway.verify(1, "GET /");
            }
            try {
                Class.forName("org.junit.jupiter.api.Test");
                System.out.println("with JUnit");
            } catch (ClassNotFoundException missing) {
                System.out.println("without JUnit");
            }
        }
    }

    @Test
    void aGatewayRunsWithoutIt() throws Exception {
        String withoutJunit = Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("junit-"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        withoutJunit,
                        Program.class.getName()))
                .redirectErrorStream(true)
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(printed.lines()).containsSubsequence("answered", "without JUnit");
        } finally {
            process.destroyForcibly();
        }
    }
}
