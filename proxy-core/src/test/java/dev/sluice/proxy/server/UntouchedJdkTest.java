package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** If the JDK's transport is not configured, the JDK's HTTP client and server are not used at all. */
class UntouchedJdkTest {
    /** A separate program with a server that serves requests. */
    static final class Program {
        private Program() {}

        /** Prints DONE, and the names of the properties that have been set. */
        public static void main(String[] args) throws Exception {
            var before = System.getProperties().stringPropertyNames();
            try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                        while (!connection.readHead().isEmpty()) {
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                        }
                    });
                    ProxyServer server = ProxyServer.builder()
                            .addRoute("/**", origin.uri().toString())
                            .forward(ForwardProxy.builder()
                                    .addresses(AddressRule.ANY)
                                    .anyPort(true)
                                    .build())
                            .build()
                            .start()) {
                ask(server, "/");
                ask(server, origin.uri() + "/");
            }
            var set = new java.util.TreeSet<>(System.getProperties().stringPropertyNames());
            set.removeAll(before);
            System.out.println("DONE " + set);
        }

        private static void ask(ProxyServer server, String target) throws IOException {
            try (RawConnection client = RawConnection.connect(server.address())) {
                client.write("GET " + target + " HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
                if (!client.readAll().endsWith("ok")) {
                    throw new IllegalStateException("not served: " + target);
                }
            }
        }
    }

    @Test
    void noClassIsLoadedAndNoPropertySet() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:off",
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName()))
                .redirectErrorStream(true)
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(printed).contains("DONE []");
            assertThat(printed.lines())
                    .as("classes of the JDK's HTTP client and server")
                    .noneMatch(line -> line.contains("java.net.http.")
                            || line.contains("jdk.internal.net.http.")
                            || line.contains("net.httpserver.")
                            || line.contains("dev.sluice.proxy.transport.jdk."));
        } finally {
            process.destroyForcibly();
        }
    }
}
