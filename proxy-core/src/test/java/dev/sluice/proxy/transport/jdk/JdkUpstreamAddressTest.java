package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.TestExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client tries only the first address of a name: a row of docs/differences.md. Names are looked up in a file that a
 * JVM reads once, so the client runs in another JVM.
 */
class JdkUpstreamAddressTest {
    @Test
    void onlyTheFirstAddressOfANameIsTried(@TempDir Path folder) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 two.test\n127.0.0.2 two.test\n");
        try (ServerSocket second = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.2"))) {
            requireNobodyAt(new InetSocketAddress("127.0.0.1", second.getLocalPort()));
            Process client = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Djdk.net.hosts.file=" + hosts,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Client.class.getName(),
                            "http://two.test:" + second.getLocalPort() + "/")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said).contains("[127.0.0.1, 127.0.0.2] CONNECT_FAILED");
        }
    }

    private static void requireNobodyAt(InetSocketAddress address) {
        try (Socket probe = new Socket(address.getAddress(), address.getPort())) {
            throw new AssertionError("somebody listens at " + probe.getRemoteSocketAddress());
        } catch (IOException refused) {
            // Nothing listens there, as it should be.
        }
    }

    /** Prints the addresses of the upstream's host, and how a request to it ends. */
    static final class Client {
        private Client() {}

        public static void main(String[] arguments) throws Exception {
            URI uri = URI.create(arguments[0]);
            StringBuilder addresses = new StringBuilder();
            for (InetAddress each : InetAddress.getAllByName(uri.getHost())) {
                addresses.append(addresses.isEmpty() ? "" : ", ").append(each.getHostAddress());
            }
            Upstream upstream = JdkTransport.shared().upstream("two", uri);
            ProxyRequest request = TestExchange.request("GET", "/").toBuilder()
                    .target(RequestTarget.of("http", upstream.authority(), "/"))
                    .build();
            String outcome;
            try {
                outcome = String.valueOf(upstream.send(request).status());
            } catch (ProxyException failure) {
                outcome = failure.outcome().name();
            }
            System.out.println("[" + addresses + "] " + outcome);
        }
    }
}
